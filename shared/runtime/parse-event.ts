import * as z from 'zod';
import { describeFaults } from '../model/cluster-config.ts';
import { PermanentError } from '../model/errors.ts';

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

const named = z.object({
  kind: z.string().optional(),
  metadata: z.object({ namespace: z.string(), name: z.string() }),
});
const subject = z.object({
  type: z.string().optional(),
  cluster: z.string().optional(),
  pod: named.optional().catch(undefined),
  object: named.optional().catch(undefined),
});

/** Who a faulty event is about, as far as it says so itself. */
function subjectOf(detail: unknown): string {
  const { data } = subject.safeParse(detail);
  const object = data?.pod ?? data?.object;
  const kind = object?.kind ?? 'Pod';
  const name = object && ` of ${kind} ${object.metadata.namespace}/${object.metadata.name}`;
  return `event "${data?.type ?? 'without type'}"${name ?? ''} from cluster ${data?.cluster ?? 'unknown'}`;
}
