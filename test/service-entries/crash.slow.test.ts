import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../shared/model/errors.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { pollRequested, serviceChanged } from '../../shared/model/events/service-entry-requests.ts';
import type { EntryDependencies } from '../../shared/service-entries/entry-dependencies.ts';
import { type EntryRequest, syncEntries } from '../../shared/service-entries/sync-entries.ts';
import { wrappedPort } from '../fakes/wrapped-port.ts';
import { EntriesHarness } from './entries-harness.ts';

/** The process ended: every later call of the same run fails, too. */
class CrashError extends Error {}

type Moment = 'before' | 'after';

/** The dependencies of one run that ends at its call number `at`, just before or just after the call takes effect. */
function crashing(deps: EntryDependencies, at: number, moment: Moment) {
  const state = { calls: 0, isDead: false };
  const call = async (work: () => unknown): Promise<unknown> => {
    if (state.isDead) throw new CrashError();
    state.calls += 1;
    const isNow = state.calls === at;
    if (isNow && moment === 'before') state.isDead = true;
    if (state.isDead) throw new CrashError();
    const result = await work();
    if (isNow) state.isDead = true;
    if (state.isDead) throw new CrashError();
    return result;
  };
  const list = async function* (work: () => AsyncIterable<unknown>) {
    await call(async () => {});
    yield* work();
  };
  const wrap = <Port extends object>(port: Port) =>
    wrappedPort(port, { isListing: (method) => method === 'services' && 'saveService' in port, call, list });
  const wrapped: EntryDependencies = {
    ...deps,
    entries: wrap(deps.entries),
    requests: wrap(deps.requests),
    catalog: (cluster) => wrap(deps.catalog(cluster)),
    kubernetesObjects: (cluster) => wrap(deps.kubernetesObjects(cluster)),
  };
  return { deps: wrapped, state };
}

/** Handles the requests that runs have sent, and then one more comparison, until nothing is asked for. */
async function settle(harness: EntriesHarness): Promise<void> {
  harness.sent.length = 0;
  await harness.poll();
  for (let round = 0; round < 5 && harness.sent.length > 0; round++)
    await syncEntries(harness.deps, 'local', harness.sent.splice(0) as EntryRequest[]);
}

/** Host → addresses of healthy instances, as Cloud Map has them. */
function wanted({ cloudMap }: EntriesHarness): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    cloudMap.snapshot().namespaces.flatMap(({ name, services }) =>
      services.map((service) => [
        `${service.name}.${name}`,
        Object.entries(service.instances)
          .flatMap(([id, { health }]) => (health === 'UNHEALTHY' ? [] : [id]))
          .sort(),
      ]),
    ),
  );
}

async function expectRight(harness: EntriesHarness): Promise<void> {
  expect(harness.endpoints).toEqual(wanted(harness));
  const { cluster } = await harness.callsOf(() => harness.poll());
  expect(cluster).toEqual({ discover: 1, list: 1 });
}

/** Entries of before, and changes of every kind since. */
async function changedHarness(): Promise<EntriesHarness> {
  const harness = new EntriesHarness();
  const shop = harness.namespace('shop');
  const custom = { HealthCheckCustomConfig: {} };
  const ids = ['stays', 'moves', 'ails', 'goes', 'drifts'].map((name) =>
    harness.service(shop, name, name === 'ails' ? custom : {}),
  );
  const [, moves = '', ails = '', goes = ''] = ids;
  ids.forEach((id, index) => {
    harness.register(id, `10.0.${index}.1`);
    harness.register(id, `10.0.${index}.2`);
  });
  await harness.poll();
  harness.register(moves, '10.0.1.3');
  harness.deregister(moves, '10.0.1.1');
  harness.setHealth(ails, '10.0.2.1', 'UNHEALTHY');
  for (const ip of ['10.0.3.1', '10.0.3.2']) harness.deregister(goes, ip);
  harness.call('DeleteService', { Id: goes });
  const drifting = harness.live.find(({ metadata }) => metadata.name === 'cloudmap-drifts.shop');
  const spec = { ...drifting?.spec, endpoints: [{ address: '192.0.2.1' }] };
  harness.objects.write({ ...drifting, spec } as never, { manager: 'kubectl', force: true });
  harness.register(harness.service(harness.namespace('more'), 'comes'), '10.0.9.1');
  harness.sent.length = 0;
  return harness;
}

describe.each(['before', 'after'] as const)('a crash just %s a call', (moment) => {
  it.each([
    ['a comparison', () => [pollRequested('local', 'run', 'test')]],
    ['the check of one service', (harness: EntriesHarness) => [aChange(harness)]],
  ] as const)(`%s that crashes ${moment} a call is completed by the next run`, async (_, requestsOf) => {
    let isDone = false;
    for (let at = 1; !isDone; at++) {
      const harness = await changedHarness();
      const { deps, state } = crashing(harness.deps, at, moment);
      await syncEntries(deps, 'local', requestsOf(harness)).catch((error: unknown) => {
        if (!(error instanceof CrashError)) throw error;
      });
      isDone = !state.isDead;
      await settle(harness);
      await expectRight(harness);
    }
  });
});

function aChange(harness: EntriesHarness) {
  const services = harness.cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);
  const id = services.find(({ name }) => name === 'moves')?.id ?? '';
  return serviceChanged('local', id, harness.clock.now());
}

/** What happens: to Cloud Map, to the messages, to a run. Numbers choose among what there is. */
const step = fc.oneof(
  fc.record({ do: fc.constant('register' as const), service: fc.nat(5), ip: fc.nat(9) }),
  fc.record({ do: fc.constant('deregister' as const), service: fc.nat(5), ip: fc.nat(9) }),
  fc.record({ do: fc.constant('health' as const), service: fc.nat(5), ip: fc.nat(9), bad: fc.boolean() }),
  fc.record({ do: fc.constant('create' as const), service: fc.nat(5) }),
  fc.record({ do: fc.constant('delete' as const), service: fc.nat(5) }),
  fc.record({ do: fc.constant('edit' as const), entry: fc.nat(5) }),
  fc.record({ do: fc.constant('lie' as const), service: fc.nat(5), by: fc.integer({ min: -3, max: 3 }) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.nat(120) }),
  fc.record({
    do: fc.constant('run' as const),
    poll: fc.boolean(),
    services: fc.array(fc.nat(5), { maxLength: 3 }),
    crashAt: fc.option(fc.integer({ min: 1, max: 40 })),
    moment: fc.constantFrom('before' as const, 'after' as const),
    failing: fc.option(fc.constantFrom('namespaces', 'services', 'instances', 'apply', 'create', 'delete')),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class Story {
  readonly harness = new EntriesHarness();
  private readonly namespaces: readonly string[];
  private readonly lies = new Map<string, number>();
  private failing: string | undefined;
  private readonly late: EventDetail[] = [];

  constructor() {
    this.namespaces = [this.harness.namespace('a'), this.harness.namespace('b')];
    const catalog = this.harness.deps.catalog(this.harness.deps.cluster('local'));
    const call = async (work: () => unknown) => work();
    const honest = wrappedPort(catalog, { isListing: () => false, call, list: async function* () {} });
    const reported = (id: string, revision: number | undefined) => (revision ?? 0) + (this.lies.get(id) ?? 0);
    const lying = {
      ...{ namespaceByArn: honest.namespaceByArn, tags: honest.tags, namespaceIdOf: honest.namespaceIdOf },
      namespaces: async () => this.reading('namespaces', () => honest.namespaces()),
      services: async (namespace: never) => this.reading('services', () => honest.services(namespace)),
      revision: async (service: { id: string }) =>
        reported(service.id, await honest.revision(service as never)),
      instances: async (service: { id: string }) => {
        const read = await this.reading('instances', () => honest.instances(service as never));
        return { ...read, revision: reported(service.id, read.revision) };
      },
    };
    const { objects } = this.harness;
    for (const method of ['apply', 'create', 'delete'] as const) {
      const original = objects[method].bind(objects) as (...args: never[]) => Promise<never>;
      Object.assign(objects, {
        [method]: (...args: never[]) => this.reading(method, () => original(...args)),
      });
    }
    this.harness.deps = { ...this.harness.deps, catalog: () => lying as never };
  }

  private async reading<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.failing === what) throw new RetryableError(`${what} cannot be read`);
    return work();
  }

  async take(next: Step): Promise<void> {
    const { harness } = this;
    if (next.do === 'wait') return harness.clock.advance(next.seconds * 1000);
    if (next.do === 'run') return this.run(next);
    if (next.do === 'edit') return this.edit(next.entry);
    if (next.do === 'create') return this.create(next.service);
    const id = this.idOf(next.service);
    if (id === undefined) return;
    if (next.do === 'lie') this.lies.set(id, (this.lies.get(id) ?? 0) + next.by);
    // What Cloud Map refuses, such as to deregister what is not there, changes nothing.
    else if (next.do === 'delete') quietly(() => harness.call('DeleteService', { Id: id }));
    else if (next.do === 'register') quietly(() => harness.register(id, `10.0.0.${next.ip}`));
    else if (next.do === 'deregister') quietly(() => harness.deregister(id, `10.0.0.${next.ip}`));
    else quietly(() => harness.setHealth(id, `10.0.0.${next.ip}`, next.bad ? 'UNHEALTHY' : 'HEALTHY'));
  }

  private idOf(index: number): string | undefined {
    const services = this.harness.cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);
    return services.find(({ name }) => name === `s-${index}`)?.id;
  }

  private create(index: number): void {
    const namespace = this.namespaces[index % 2] ?? '';
    const more = index % 3 === 0 ? { HealthCheckCustomConfig: {} } : {};
    quietly(() => this.harness.service(namespace, `s-${index}`, more));
  }

  private edit(index: number): void {
    const entry = this.harness.live[index];
    if (entry === undefined) return;
    const spec = { ...entry.spec, endpoints: [{ address: '192.0.2.1' }] };
    this.harness.objects.write({ ...entry, spec } as never, { manager: 'kubectl', force: true });
  }

  /** Requests come late, twice and in any order: some of an earlier run are among those of this one. */
  private async run(next: Extract<Step, { do: 'run' }>): Promise<void> {
    const { harness } = this;
    const changes = next.services.flatMap((index) => this.idOf(index) ?? []);
    const requests = [
      ...(next.poll ? [pollRequested('local', 'run', 'test')] : []),
      ...changes.map((id) => serviceChanged('local', id, harness.clock.now())),
      ...this.late.splice(0),
    ] as EntryRequest[];
    this.late.push(...requests.slice(0, 1), ...harness.sent.splice(0));
    this.failing = next.failing ?? undefined;
    const { deps } = crashing(harness.deps, next.crashAt ?? Number.POSITIVE_INFINITY, next.moment);
    await syncEntries(deps, 'local', requests.reverse()).catch((error: unknown) => {
      if (!(error instanceof CrashError || error instanceof RetryableError)) throw error;
    });
    this.failing = undefined;
  }
}

function quietly(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if ((error as Error).name !== 'AwsError') throw error;
  }
}

describe('whatever happens', () => {
  it('whatever happens, ServiceEntries are right after one more comparison, and nothing is written after that', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const story = new Story();
        for (const next of steps) if (next.do !== 'lie') await story.take(next);
        await settle(story.harness);
        await expectRight(story.harness);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
    );
  });

  it('whatever happens, ServiceEntries are right after an hour, even if the revisions of Cloud Map are wrong', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const story = new Story();
        for (const next of steps) await story.take(next);
        // A revision that stays although instances changed is trusted for an hour.
        story.harness.clock.advance(61 * 60_000);
        await settle(story.harness);
        await expectRight(story.harness);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
    );
  });

  it('whatever happens, no ServiceEntry is deleted while its service exists', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const story = new Story();
        for (const next of steps) {
          const before = Object.keys(story.harness.endpoints);
          await story.take(next);
          const hosts = Object.keys(story.harness.endpoints);
          const lost = before.filter((host) => !hosts.includes(host));
          expect(lost.filter((host) => Object.hasOwn(wanted(story.harness), host))).toEqual([]);
        }
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
    );
  });
});
