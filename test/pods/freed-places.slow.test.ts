import { describe, expect, it } from 'vitest';
import type { Dependencies } from '../../shared/ports/ports.ts';
import { wrappedPort } from '../fakes/wrapped-port.ts';
import { serviceOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

const listings: ReadonlySet<string | symbol> = new Set(['ofService', 'ofCluster', 'ownedOf', 'inRange']);

/** A service with some places, whose function ends before one call: neither that nor any later one happens. */
function serviceWith(places: number, crashAtStep: number) {
  const cloudMap = {
    namespaces: [{ name: '*', create: { kind: 'http' } }],
    quotas: { instancesPerService: places },
  };
  const tenancy = [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }];
  const harness = new ScenarioHarness([{ name: 'local', cloudMap, tenancy }]);
  harness.cloudMap.settings.quotas = { ...harness.cloudMap.settings.quotas, instancesPerService: places };
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  let steps = 0;
  let isArmed = false;
  let isOver = false;
  const step = () => {
    if (!isArmed) return;
    steps += 1;
    isOver ||= steps === crashAtStep;
    if (isOver) throw new Error('the function has ended');
  };
  const crashing = <Port extends object>(port: Port): Port =>
    wrappedPort(port, {
      isListing: (method) => listings.has(method),
      call: async (call) => {
        step();
        return call();
      },
      async *list(call) {
        step();
        yield* call();
      },
    });
  const { claims, pods, requests, services, waitingPods, cloudMap: adapterOf } = harness.deps;
  const { cluster: configOf } = harness.deps;
  const adapter = crashing(adapterOf(configOf('local')));
  Object.assign(harness.deps, {
    ...{ claims: crashing(claims), pods: crashing(pods), requests: crashing(requests) },
    ...{ services: crashing(services), waitingPods: crashing(waitingPods), cloudMap: () => adapter },
  } satisfies Partial<Dependencies>);
  const queue = harness.queues.pods;
  const work = queue.work.bind(queue);
  queue.work = async () => {
    isOver = false;
    return work();
  };
  const apply = (name: string, changes: object = {}) =>
    harness.publish([
      cluster.apply(`pod/${name}`, { ip: `10.0.0.${name.slice('front-'.length)}`, ...changes }),
    ]);
  const remove = (name: string) => harness.publish([cluster.delete(`pod/${name}`)]);
  /** Registers these pods; the steps are counted from then on. */
  const begin = async (...pods: string[]) => {
    harness.publish([cluster.apply('virtualnode/front', { service: 'shop.local/front' })]);
    for (const name of pods) apply(name);
    await harness.settle();
    isArmed = true;
  };
  const registered = () =>
    Object.values(serviceOf(harness.cloudMap, 'shop.local/front').instances)
      .map(({ attributes }) => attributes['k8s.io/pod'])
      .sort();
  return { harness, queue, apply, remove, begin, registered, steps: () => steps };
}

type Service = ReturnType<typeof serviceWith>;

/** Without a crash, then with one at each step. */
async function expectAtEveryStep(
  places: number,
  happen: (service: Service) => Promise<void>,
  pods: readonly string[],
): Promise<void> {
  const lost: number[] = [];
  let steps = 1;
  for (let crashAtStep = 0; crashAtStep <= steps; crashAtStep++) {
    const service = serviceWith(places, crashAtStep);
    await happen(service);
    await service.harness.settle();
    if (crashAtStep === 0) expect(service.registered(), 'without a crash').toEqual(pods);
    if (service.registered().join() !== pods.join()) lost.push(crashAtStep);
    steps = Math.max(steps, service.steps());
  }
  expect(steps).toBeGreaterThan(50);
  expect(lost, `of ${steps} steps, those at which a crash loses a place`).toEqual([]);
}

describe('a place in a full service, wherever the function crashes', () => {
  it('a place in a full service goes to one waiting pod after the other, wherever the function crashes', async () => {
    await expectAtEveryStep(
      1,
      async ({ harness, begin, apply, remove }) => {
        await begin('front-1');
        for (const name of ['front-2', 'front-3']) {
          apply(name);
          await harness.settle();
        }
        remove('front-1');
        await harness.settle();
        remove('front-2');
      },
      ['front-3'],
    );
  }, 300_000);

  it('a place in a full service goes to the next pod if the pod that was refused is deleted before it is handled again', async () => {
    await expectAtEveryStep(
      1,
      async ({ queue, begin, apply, remove }) => {
        await begin('front-1');
        apply('front-2');
        await queue.work();
        apply('front-3');
        await queue.work();
        remove('front-1');
        await queue.work();
        remove('front-2');
      },
      ['front-3'],
    );
  }, 300_000);

  it('a place in a full service goes to the pods that wait if several deregistrations were accepted before any pod waited', async () => {
    await expectAtEveryStep(
      2,
      async ({ harness, queue, begin, apply, remove }) => {
        harness.cloudMap.settings.latenciesMs.DEREGISTER_INSTANCE = 2_500;
        await begin('front-1', 'front-2');
        for (const name of ['front-1', 'front-2']) {
          remove(name);
          await queue.work();
        }
        for (const name of ['front-3', 'front-4']) {
          apply(name);
          await queue.work();
        }
      },
      ['front-3', 'front-4'],
    );
  }, 300_000);

  it('a place in a full service is not lost with an offer that is made to a pod that becomes unready', async () => {
    await expectAtEveryStep(
      1,
      async ({ harness, queue, begin, apply, remove }) => {
        await begin('front-1');
        for (const name of ['front-2', 'front-3']) {
          apply(name);
          await harness.settle();
        }
        remove('front-1');
        apply('front-2', { ready: false });
        await queue.work();
      },
      ['front-3'],
    );
  }, 300_000);
});
