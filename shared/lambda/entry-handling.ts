import * as z from 'zod/mini';
import { PermanentError } from '../model/errors.ts';
import { type CloudMapCall, cloudMapCall, cloudMapCallGroup } from '../model/events/cloud-map-call.ts';
import { messageGroupOf } from '../model/events/route.ts';
import { cloudMapServiceChanged, serviceEntriesPollRequested } from '../model/events/service-entry-events.ts';
import { pollRequested } from '../model/events/service-entry-requests.ts';
import { describeFaults } from '../model/faults.ts';
import type { EntryDependencies } from '../service-entries/entry-dependencies.ts';
import { cloudMapCallForwarder } from '../service-entries/forward-cloud-map-call.ts';
import { type EntryRequest, syncEntries } from '../service-entries/sync-entries.ts';
import type { Handling } from './batch-handling.ts';
import { parseEvent } from './parse-event.ts';

const entryRequest = z.discriminatedUnion('type', [serviceEntriesPollRequested, cloudMapServiceChanged]);

/** A message of the queue: a request for a cluster, or AWS's event of a call of Cloud Map. */
export type EntryMessage = EntryRequest | CloudMapCall;

/**
 * The handling of `sync-service-entries`. A message group is a cluster, whose requests are one run; or that of the calls of
 * Cloud Map, each of which becomes requests for the clusters that it concerns.
 */
export function entryHandling(deps: EntryDependencies): Handling<EntryMessage> {
  const forward = cloudMapCallForwarder(deps);
  return {
    parse: (body) => parse(deps, body),
    groupOf: (message) => (isCall(message) ? cloudMapCallGroup : messageGroupOf(message)),
    isJoint: (group) => group !== cloudMapCallGroup,
    record: async () => {},
    apply: async (messages) => {
      for (const message of messages) if (isCall(message)) await forward(message);
      const requests = messages.flatMap((message) => (isCall(message) ? [] : [message]));
      const [first] = requests;
      if (first !== undefined) await syncEntries(deps, first.cluster, requests);
    },
    followUp: ([first], run) => {
      if (first === undefined) throw new RangeError('there is no message to follow');
      return isCall(first) ? first : pollRequested(first.cluster, run, 'what an earlier run could not do');
    },
  };
}

function isCall(message: EntryMessage): message is CloudMapCall {
  return 'detail-type' in message;
}

function parse({ cluster }: EntryDependencies, body: string): EntryMessage {
  const call = callIn(body);
  if (call !== undefined) return call;
  const request = parseEvent<EntryRequest>(entryRequest, body);
  cluster(request.cluster);
  return request;
}

/** AWS alone can send events of the source `aws.servicediscovery`. */
function callIn(body: string): CloudMapCall | undefined {
  const message = parsed(body);
  if (message?.source !== cloudMapSource) return undefined;
  const result = cloudMapCall.safeParse(message);
  if (!result.success)
    throw new PermanentError(`event of a call of Cloud Map: ${describeFaults(result.error)}`);
  return result.data;
}

const cloudMapSource = 'aws.servicediscovery';

function parsed(body: string): { readonly source?: unknown } | undefined {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
