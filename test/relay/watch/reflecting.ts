import { vi } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import { createMetrics } from '../../../relay/metrics.ts';
import { Reflector, type ReflectorTiming } from '../../../relay/watch/reflector.ts';
import type { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import { type KubernetesObject, pods } from '../../../shared/adapters/kubernetes/resources.ts';

/** One step of a watch: an event, a pause in milliseconds, or an error. */
export type Step = { readonly type: string; readonly object: KubernetesObject } | number | Error;
/** An answer to a listing: pages, or the error after them. */
export type Pages = readonly (Page | Error)[];
interface Page {
  readonly resourceVersion: string;
  readonly items: readonly KubernetesObject[];
}

export interface Script {
  readonly lists?: readonly Pages[];
  readonly watches?: readonly (readonly Step[])[];
  /** Whether the API server serves the kind; the last answer from then on. */
  readonly served?: readonly (boolean | Error)[];
  readonly namespace?: string;
  /** The object at which the reflector is stopped. */
  readonly stopAt?: string;
  readonly timing?: Partial<ReflectorTiming>;
}

export const object = (name: string, resourceVersion: string): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    namespace: 'shop',
    name,
    uid: name,
    resourceVersion,
    creationTimestamp: '2026-11-01T00:00:00Z',
  },
});

const start = Date.UTC(2026, 10, 21);

const timing: ReflectorTiming = {
  ...{ backoff: { baseMs: 100, maxMs: 1_000 }, absentRetryMs: 1_000, watchSeconds: 300 },
  ...{ idleTimeoutMs: 5_000, confirmMs: 600_000 },
};

/**
 * Runs a reflector of pods against an API server that answers by the script and then no more; what is random is
 * in the middle. Each request and observation is noted with its time, in milliseconds from the start.
 */
export async function reflecting({ lists = [], watches = [], served = [false], namespace, ...rest }: Script) {
  vi.useFakeTimers({ now: start, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const left = { lists: [...lists], watches: [...watches], served: [...served] };
  const stop = new AbortController();
  const [requests, seen, logs]: [unknown[], string[], Record<string, unknown>[]] = [[], [], []];
  const atMs = () => Date.now() - start;
  const stopped = () => {
    stop.abort();
    return new Error('stopped');
  };
  const client = {
    async *pages(_: unknown, { signal: _signal, ...about }: Record<string, unknown>) {
      const answer = left.lists.shift();
      if (answer === undefined) throw stopped();
      requests.push([atMs(), 'list', about]);
      for (const page of answer)
        if (page instanceof Error) throw page;
        else yield page;
    },
    async *watch(_: unknown, { signal: _signal, ...about }: Record<string, unknown>) {
      const answer = left.watches.shift();
      if (answer === undefined) throw stopped();
      requests.push([atMs(), 'watch', about]);
      for (const step of answer)
        if (step instanceof Error) throw step;
        else if (typeof step === 'number') await new Promise((resolve) => setTimeout(resolve, step));
        else yield step;
    },
    async isServed() {
      const [answer] = left.served.length > 1 ? left.served.splice(0, 1) : left.served;
      requests.push([atMs(), 'discovery']);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  let objects = 0;
  const metrics = createMetrics();
  const reflector = new Reflector<KubernetesObject>({
    ...{ client: client as unknown as KubernetesClient, resource: pods, namespace, pageSize: 2, metrics },
    timing: { ...timing, ...rest.timing },
    logger: createLogger('debug', (line) => {
      const { time: _, ...entry } = JSON.parse(line);
      logs.push(entry);
    }),
    handler: {
      listing: () => void seen.push('listing'),
      applied: ({ metadata }, source) => {
        seen.push(`applied ${metadata.name} by ${source}`);
        if (metadata.name === rest.stopAt) stop.abort();
      },
      deleted: ({ metadata }) => void seen.push(`deleted ${metadata.name}`),
      listed: (version) => void seen.push(`listed ${version}`),
      confirmed: (version) => void seen.push(`confirmed ${version} at ${atMs()}`),
      absent: () => void seen.push(`absent at ${atMs()}`),
    },
    afterObject: () => {
      objects += 1;
    },
  });
  let isSettled = false;
  void reflector.settled.then(() => {
    isSettled = true;
  });
  const text = { before: reflector.text };
  const failure = reflector.run(stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  await vi.advanceTimersByTimeAsync(3_600_000);
  const error = await failure;
  const { state } = reflector;
  return { requests, seen, logs, metrics, objects, isSettled, text, state, reflector, error };
}
