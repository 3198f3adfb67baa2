import * as z from 'zod/mini';
import { ForgedEventError, PermanentError } from '../model/errors.ts';
import { causeId } from '../model/events/parts.ts';
import { senderFault } from '../model/events/relayed-event.ts';
import { describeFaults } from '../model/faults.ts';
import { objectKey } from '../model/identity.ts';

/**
 * Parses a message body as one of the queue's events, distinguished by `type` and `version`. A PermanentError names the
 * wrong field, its object and what was expected; a ForgedEventError says that the sender may not send the event.
 */
export function parseEvent<Event>(schema: z.ZodMiniType<Event>, body: string): Event {
  const { source, detail } = opened(parseJson(body));
  const fault = faultOfSender(source, detail);
  if (fault !== undefined) throw new ForgedEventError(`${subjectOf(detail)}, sent as ${source}: ${fault}`);
  const result = schema.safeParse(detail);
  if (!result.success) throw new PermanentError(`${subjectOf(detail)}: ${describeFaults(result.error)}`);
  return result.data;
}

/**
 * Events from the bus are `{source, detail}`, built by the rules' input transformer, so nobody who can put events on
 * the bus can omit the source. Messages that a function sent to the queue itself are only the detail.
 */
const envelope = z.strictObject({ source: z.string(), detail: z.unknown() });

function opened(message: unknown): { readonly source?: string | undefined; readonly detail?: unknown } {
  return envelope.safeParse(message).data ?? { detail: message };
}

function faultOfSender(source: string | undefined, detail: unknown): string | undefined {
  return source === undefined ? undefined : senderFault(source, { ...Object(detail) });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PermanentError(`the message is not JSON: ${(cause as Error).message}`, { cause });
  }
}

const text = z.catch(z.optional(z.string()), undefined);
const name = z.catch(z.optional(z.object({ namespace: text, name: text })), undefined);
const named = z.catch(
  z.optional(z.object({ kind: text, metadata: name, namespace: text, name: text })),
  undefined,
);
const subject = z.object({ type: text, cluster: text, pod: named, object: named });
const caused = z.object({ correlationId: causeId });

/** More than names of real objects take together, less than a key of the table may have. */
const maxObject = 700;

/**
 * The object that a message is about; undefined if the message does not name one in any form, or if its sender may not
 * send events about it.
 */
export function objectOf(body: string):
  | {
      readonly cluster: string;
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly correlationId?: string | undefined;
    }
  | undefined {
  const { source, detail } = opened(jsonOf(body));
  if (faultOfSender(source, detail) !== undefined) return undefined;
  const { data } = subject.safeParse(detail);
  const object = data?.pod ?? data?.object;
  const { namespace = '', name } = object?.metadata ?? object ?? {};
  const kind = data?.pod ? 'Pod' : object?.kind;
  if (data?.cluster === undefined || kind === undefined || name === undefined) return undefined;
  if (`${data.cluster}${kind}${namespace}${name}`.length > maxObject) return undefined;
  const { correlationId } = caused.safeParse(detail).data ?? {};
  return { cluster: data.cluster, kind, namespace, name, ...(correlationId && { correlationId }) };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The subject of an invalid event, as far as the event names it. */
function subjectOf(detail: unknown): string {
  const { data } = subject.safeParse(detail);
  const object = data?.pod ?? data?.object;
  const { namespace = '', name = '?' } = object?.metadata ?? object ?? {};
  const of =
    object && ` of ${object.kind ?? (data?.pod ? 'Pod' : 'object')} ${objectKey({ namespace, name })}`;
  return `event "${data?.type ?? 'without type'}"${of ?? ''} from cluster ${data?.cluster ?? 'unknown'}`;
}
