import * as z from 'zod';
import { describeFaults } from '../model/cluster-config.ts';
import { PermanentError } from '../model/errors.ts';
import { objectKey } from '../model/identity.ts';

/**
 * A message body as one of the events a queue takes, told apart by `type` and `version`. A PermanentError says which
 * field of which object is wrong and what was expected.
 */
export function parseEvent<Event>(schema: z.ZodType<Event>, body: string): Event {
  const detail = parseJson(body);
  const result = schema.safeParse(detail);
  if (!result.success) throw new PermanentError(`${subjectOf(detail)}: ${describeFaults(result.error)}`);
  return result.data;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PermanentError(`the message is not JSON: ${(cause as Error).message}`, { cause });
  }
}

const text = z.string().optional().catch(undefined);
const name = z.object({ namespace: text, name: text }).optional().catch(undefined);
const named = z
  .object({ kind: text, metadata: name, namespace: text, name: text })
  .optional()
  .catch(undefined);
const subject = z.object({ type: text, cluster: text, pod: named, object: named });

/** More than names of real objects take together, less than a key of the table may have. */
const longestObject = 700;

/** The object that a message is about; undefined where it does not say so itself, in whatever form. */
export function objectOf(
  body: string,
):
  | { readonly cluster: string; readonly kind: string; readonly namespace: string; readonly name: string }
  | undefined {
  const { data } = subject.safeParse(jsonOf(body));
  const object = data?.pod ?? data?.object;
  const { namespace = '', name } = object?.metadata ?? object ?? {};
  const kind = data?.pod ? 'Pod' : object?.kind;
  if (data?.cluster === undefined || kind === undefined || name === undefined) return undefined;
  if (`${data.cluster}${kind}${namespace}${name}`.length > longestObject) return undefined;
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
