import * as z from 'zod/mini';
import { eventVersion } from './event.ts';

/*
 * Common parts of the event schemas. They are strict where it matters (identities, versions, structures that are used), and
 * accept fields that a newer relay adds. Everything in an event is untrusted input: a pod's author writes labels,
 * annotations and names.
 */

/** Text with a limited number of characters. */
export function text(min: number, max?: number) {
  return z.string().check(z.minLength(min), ...(max === undefined ? [] : [z.maxLength(max)]));
}

export const name = text(1, 253);
export const namespace = text(1, 63);
export const uid = text(1, 128);
export const resourceVersion = z
  .string()
  .check(z.regex(/^\d{1,128}$/, 'expected an integer in decimal, of at most 128 digits'));
export const timestamp = z.iso.datetime({ offset: true });
export const stringMap = z.record(z.string(), z.string());

export const meta = z.object({
  name,
  namespace: z.optional(namespace),
  uid,
  resourceVersion,
  creationTimestamp: timestamp,
  deletionTimestamp: z.optional(timestamp),
  generation: z.optional(z.int()),
  labels: z.optional(stringMap),
  annotations: z.optional(stringMap),
});

/** What identifies a change, for logs and people: no control characters, no spaces, nothing long. */
const correlationId = z.string().check(z.regex(/^[\w.:-]{1,64}$/));

/** A wrong value is left out: it decides nothing, so no pod waits for it. */
export function ignoredIfWrong<T>(schema: z.ZodMiniType<T>) {
  return z.catch(z.optional(schema), undefined);
}

export const causeId = ignoredIfWrong(correlationId);

export const detail = z.object({
  version: z.literal(eventVersion),
  group: text(1, 128),
  cluster: text(1, 100),
  correlationId: causeId,
  observedAt: ignoredIfWrong(timestamp),
  readinessChangedAt: ignoredIfWrong(timestamp),
});

export const change = z.enum(['Applied', 'Deleted']);

export const supersedes = z.optional(
  z.object({ uid, resourceVersion, deleted: z.boolean(), nodeVersion: z.optional(resourceVersion) }),
);

export const run = text(1, 512);
export const reason = text(0, 512);
