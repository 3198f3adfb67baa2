import type { JsonInput } from '../json-service.ts';
import { asAwsError } from '../protocol.ts';
import { batchTooLong, emptyBatch, idsNotDistinct, invalidEntryId, tooManyEntries } from './errors.ts';

/**
 * Performs an action for each entry of a batch request and returns one result per entry. Throws only if the batch as a
 * whole is invalid.
 */
export function forEachEntry(
  input: JsonInput,
  action: (entry: JsonInput) => Record<string, unknown> | undefined,
): { readonly Successful: unknown[]; readonly Failed: unknown[] } {
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  for (const entry of entriesOf(input)) {
    try {
      Successful.push({ Id: entry.Id, ...action(entry) });
    } catch (error) {
      const { code, queryCode, message, status } = asAwsError(error);
      Failed.push({ Id: entry.Id, SenderFault: status < 500, Code: queryCode ?? code, Message: message });
    }
  }
  return { Successful, Failed };
}

/** Throws BatchRequestTooLong if the bodies together exceed the limit. */
export function checkTotalSize(input: JsonInput, limit: number): void {
  const size = entriesOf(input).reduce(
    (sum, entry) => sum + Buffer.byteLength(String(entry.MessageBody ?? '')),
    0,
  );
  if (size > limit) throw batchTooLong(limit, size);
}

function entriesOf(input: JsonInput): readonly JsonInput[] {
  const entries = (Array.isArray(input.Entries) ? input.Entries : []) as JsonInput[];
  if (entries.length === 0) throw emptyBatch();
  if (entries.length > 10) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (typeof Id !== 'string' || !/^[\w-]{1,80}$/.test(Id)) throw invalidEntryId();
    if (seen.has(Id)) throw idsNotDistinct(Id);
    seen.add(Id);
  }
  return entries;
}
