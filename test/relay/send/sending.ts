import { createLogger } from '../../../relay/logger.ts';
import { createMetrics } from '../../../relay/metrics.ts';
import type { BusEntry, EntryResult, EventBus } from '../../../relay/send/event-bus.ts';
import { Sender, type SenderOptions } from '../../../relay/send/sender.ts';

export type Put = (entries: readonly BusEntry[]) => Promise<readonly EntryResult[]>;

/** A sender and a bus whose requests are handled by `put`. */
export function sending(
  put: Put,
  options: Partial<Pick<SenderOptions, 'backoff' | 'requests' | 'capacity' | 'pace'>> = {},
) {
  const requests: string[][] = [];
  const logs: Record<string, unknown>[] = [];
  const metrics = createMetrics();
  const bus: EventBus = {
    name: 'bus',
    bytesOf: ({ detail }) => detail.length,
    identity: async () => 'bus',
    put(entries) {
      requests.push(entries.map(({ detail }) => detail));
      return put(entries);
    },
  };
  const logger = createLogger('debug', (line) => logs.push(JSON.parse(line)));
  const backoff = { baseMs: 1, maxMs: 5 };
  const pace = { intervalMs: 50, burst: 20 };
  const sender = new Sender({ bus, logger, metrics, backoff, pace, requests: 2, capacity: 100, ...options });
  const offer = (key: string, detail = key, afterOthers = false) =>
    sender.offer({
      key,
      subject: `Pod ${key}`,
      type: 'Pod Changed',
      detail,
      observedAt: Date.now(),
      afterOthers,
    });
  return { sender, offer, requests, logs, metrics };
}

export const accept: Put = async (entries) => entries.map(() => ({}));

export function failing(name: string): Error {
  return Object.assign(new Error(`made to fail with ${name}`), { name });
}

/** A put that waits to be released. */
export function held() {
  const waiting: (() => void)[] = [];
  const put: Put = (entries) =>
    new Promise((resolve) => waiting.push(() => resolve(entries.map(() => ({})))));
  const release = () => {
    for (const go of waiting.splice(0)) go();
  };
  return { put, release, waiting };
}
