/** `all`: the whole batch failed; otherwise the ids of the failed messages, none on success. */
export type FailedMessages = 'all' | ReadonlySet<string>;

const none: FailedMessages = new Set();

/**
 * Reads a function's response as Lambda does (developer guide, "Implementing partial batch responses", "Success and
 * failure conditions"): an empty or null response or list is a complete success; a malformed response, or an identifier
 * that is empty, null, misnamed or not in the batch, is a complete failure.
 */
export function failedMessages(payload: string, batch: ReadonlySet<string>): FailedMessages {
  const answer: unknown = JSON.parse(payload);
  if (answer === null) return none;
  if (typeof answer !== 'object' || Array.isArray(answer)) return 'all';
  const { batchItemFailures } = answer as { readonly batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return none;
  if (!Array.isArray(batchItemFailures)) return 'all';
  const ids = batchItemFailures.map((failure: unknown) => identifierOf(failure));
  return ids.every((id) => id !== undefined && batch.has(id)) ? new Set(ids as string[]) : 'all';
}

function identifierOf(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined;
  const { itemIdentifier } = failure as { readonly itemIdentifier?: unknown };
  return typeof itemIdentifier === 'string' ? itemIdentifier : undefined;
}
