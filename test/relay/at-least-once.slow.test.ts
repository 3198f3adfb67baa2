import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Relay } from '../../relay/relay.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { objectKey } from '../../shared/model/identity.ts';
import { Consumer } from './consumer.ts';
import type { AnyObject } from './fake-api-history.ts';
import type { Fault } from './fake-api-server.ts';
import type { PutFault } from './fake-event-bus.ts';
import { type Dependencies, deps, eventually, expectContract } from './harness.ts';
import { node, pod, virtualNode } from './objects.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const plural = fc.constantFrom('pods', 'pods', 'virtualnodes');

/** What may happen to the cluster, the network and the bus. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), plural, name, label: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), plural, name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('recreate' as const), plural, name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), half: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('forget' as const),
      as: fc.constantFrom('status' as const, 'event' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bookmark' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), gracefully: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('away' as const),
      fault: fc.constantFrom<Fault>({ status: 500 }, 'break', 'cut'),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      fault: fc.constantFrom<PutFault>(
        { error: 'TimeoutError' },
        ['ThrottlingException'],
        [undefined, 'InternalFailure'],
        ['InternalFailure', undefined, 'InternalFailure'],
      ),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('place' as const),
      zone: fc.constantFrom('us-west-2a', 'us-west-2b'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 12 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Runs steps against a cluster and a bus. */
class Play {
  readonly #deps: Dependencies;
  #relay: Relay;
  #cutOff: () => void = () => undefined;
  #created = 0;

  constructor(all: Dependencies) {
    this.#deps = all;
    this.#relay = this.#start();
  }

  get relay(): Relay {
    return this.#relay;
  }

  async take(taken: Step): Promise<void> {
    const { api, bus } = this.#deps;
    switch (taken.do) {
      case 'put':
        return this.#put(taken.plural, taken.name, { label: `${taken.label}` });
      case 'remove':
        return this.#remove(taken.plural, taken.name);
      case 'recreate':
        this.#remove(taken.plural, taken.name);
        return this.#put(taken.plural, taken.name, {});
      case 'heartbeat':
        return this.#heartbeat(taken.name);
      case 'cut':
        return api.cutWatches(taken.half ? '{"type":"DELETED","object":{"metad' : '');
      case 'end':
        return api.endWatches();
      case 'forget':
        api.goneAs = taken.as;
        api.forget();
        return api.cutWatches();
      case 'bookmark':
        return api.bookmark();
      case 'place':
        api.put('nodes', node('node-1', taken.zone));
        return;
      case 'restart':
        if (!taken.gracefully) this.#cutOff();
        await this.#relay.stop();
        this.#relay = this.#start();
        return;
      case 'away':
        api.fault = limited(taken.count, taken.fault);
        return;
      case 'refuse':
        bus.fault = limited(taken.count, taken.fault);
        return;
      case 'wait':
        await new Promise((resolve) => setTimeout(resolve, taken.ms));
    }
  }

  /**
   * Whoever knows these objects has observed all that happened before. Without them, the relay could be stopped while it has yet
   * to send an object of which it does not know that it is gone.
   */
  end(): void {
    for (const kind of ['pods', 'virtualnodes']) this.#put(kind, 'last', {});
  }

  #start(): Relay {
    const { client, cutOff } = this.#deps.bus.connect();
    this.#cutOff = cutOff;
    const timing = { watchSeconds: 1, flushMs: 20, confirmMs: 5 };
    return this.#deps.start({ kinds: ['Pod', 'VirtualNode'], pageSize: 2, eventBridge: client, timing });
  }

  #find(kind: string, wanted: string): AnyObject | undefined {
    return this.#deps.api.objects(kind).find(({ metadata }) => metadata.name === wanted);
  }

  #put(kind: string, wanted: string, labels: Record<string, string>): void {
    const object = this.#find(kind, wanted) ?? this.#create(kind, wanted);
    this.#deps.api.put(kind, { ...object, metadata: { ...object.metadata, labels } });
  }

  /** Each a second later, so that the state distinguishes two objects with the same name. */
  #create(kind: string, wanted: string): AnyObject {
    const creationTimestamp = new Date(Date.UTC(2026, 0) + ++this.#created * 1000)
      .toISOString()
      .replace('.000', '');
    const object =
      kind === 'pods' ? pod('shop', wanted) : virtualNode('shop', wanted, { number: this.#created });
    return { ...object, metadata: { ...object.metadata, creationTimestamp } };
  }

  #remove(kind: string, wanted: string): void {
    if (this.#find(kind, wanted)) this.#deps.api.remove(kind, 'shop', wanted);
  }

  #heartbeat(wanted: string): void {
    const object = this.#find('pods', wanted);
    if (object)
      this.#deps.api.put('pods', {
        ...object,
        status: { ...object.status, startTime: `${this.#deps.api.version}` },
      });
  }
}

/** A fault that applies `count` times. */
function limited<T>(count: number, fault: T): () => T | undefined {
  let left = count;
  return () => (left-- > 0 ? fault : undefined);
}

/** What a consumer should know in the end: the cluster, except versions and node topology. */
function expected({ api }: Dependencies): string[] {
  return ['pods', 'virtualnodes']
    .flatMap((kind) => api.objects(kind))
    .map(
      ({ kind, metadata }) =>
        `${kind} ${objectKey(metadata)} ${metadata.uid} ${JSON.stringify(metadata.labels)}`,
    )
    .sort();
}

function known(details: readonly EventDetail[]): string[] {
  const consumer = new Consumer();
  for (const detail of details) consumer.receive(detail);
  return consumer.live();
}

/** Delivers like EventBridge, with duplicates and reordering, but not across a listing. */
function delivered(details: readonly EventDetail[], seed: number): EventDetail[] {
  let state = seed;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const segments: EventDetail[][] = [[]];
  for (const detail of details) {
    if (detail.type === 'Cluster Listed') segments.push([detail], []);
    else segments.at(-1)?.push(detail);
  }
  return segments.flatMap((segment, index) => {
    const earlier = details.slice(0, index).filter(() => random() < 0.1);
    return [...segment, ...segment.filter(() => random() < 0.3), ...earlier].sort(() => random() - 0.5);
  });
}

it('consumers of the events know the state of the cluster in the end, whatever fails', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.nat(), async (steps, seed) => {
      const all = await deps();
      all.api.put('nodes', node('node-1', 'us-west-2a'));
      const play = new Play(all);
      for (const taken of steps) await play.take(taken);
      all.api.fault = () => undefined;
      all.bus.fault = () => undefined;
      await play.relay.ready;
      play.end();
      await eventually(() => expect(known(all.bus.accepted)).toEqual(expected(all)));
      await play.relay.stop();
      expect(known(delivered(all.bus.accepted, seed))).toEqual(expected(all));
      expect(all.bus.raced).toEqual([]);
      expectContract(all.bus);
      await all.api.stop();
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 30), endOnFailure: true },
  );
});
