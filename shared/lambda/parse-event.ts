import * as z from 'zod/mini';
import { ForgedEventError, PermanentError } from '../model/errors.ts';
import { describeFaults } from '../model/faults.ts';
import { objectKey } from '../model/identity.ts';
import { senderFault } from '../model/relayed-event.ts';

/**
 * A message body as one of the events a queue takes, told apart by `type` and `version`. A PermanentError says which
 * field of which object is wrong and what was expected; a ForgedEventError, that its sender may not send it.
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
 * What came by the bus is `{source, detail}`, as the rules' input transformer makes it: nobody who can put events on the
 * bus can leave the source out. What a function sent to the queue itself is the detail alone.
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

/** More than names of real objects take together, less than a key of the table may have. */
const maxObject = 700;

/**
 * The object that a message is about; undefined where it does not say so itself, in whatever form, and where its sender
 * may say nothing about it.
 */
export function objectOf(
  body: string,
):
  | { readonly cluster: string; readonly kind: string; readonly namespace: string; readonly name: string }
  | undefined {
  const { source, detail } = opened(jsonOf(body));
  if (faultOfSender(source, detail) !== undefined) return undefined;
  const { data } = subject.safeParse(detail);
  const object = data?.pod ?? data?.object;
  const { namespace = '', name } = object?.metadata ?? object ?? {};
  const kind = data?.pod ? 'Pod' : object?.kind;
  if (data?.cluster === undefined || kind === undefined || name === undefined) return undefined;
  if (`${data.cluster}${kind}${namespace}${name}`.length > maxObject) return undefined;
  return { cluster: data.cluster, kind, namespace, name };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Who a faulty event is about, as far as it says so itself. */
function subjectOf(detail: unknown): string {
  const { data } = subject.safeParse(detail);
  const object = data?.pod ?? data?.object;
  const { namespace = '', name = '?' } = object?.metadata ?? object ?? {};
  const of =
    object && ` of ${object.kind ?? (data?.pod ? 'Pod' : 'object')} ${objectKey({ namespace, name })}`;
  return `event "${data?.type ?? 'without type'}"${of ?? ''} from cluster ${data?.cluster ?? 'unknown'}`;
}
