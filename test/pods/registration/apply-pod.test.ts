import { describe, expect, it } from 'vitest';
import {
  PermanentError,
  QuotaExceededError,
  RefusedError,
  RetryableError,
  WaitError,
} from '../../../shared/model/errors.ts';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import { applyPod } from '../../../shared/pods/apply-pod.ts';
import { anObject } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';
import { aNode, applied, nowMs } from './applying.ts';

const notReady = { conditions: { Ready: 'False', ContainersReady: 'False' } } as const;
const ofAnnotations = (serviceName: string) => ({
  annotations: {
    'eks-mesh-sync/cloud-map-namespace': 'shop.local',
    'eks-mesh-sync/cloud-map-service': serviceName,
  },
});
/** Cloud Map's answer to RegisterInstance in the service. */
const failingIn = (serviceId: string, error: Error) => ({
  registerInstance: async (id: string) => {
    if (id === serviceId) throw error;
    return 'op-new';
  },
});
async function* nothing() {}
const busy = new RetryableError('busy');
const statusRequest = { type: 'Mesh Status Requested', cluster: 'local', namespace: 'shop' };

it('nothing is done for a pod of which nothing is known', async () => {
  const { deps, sent } = aDependencies();
  await applyPod(deps, { cluster: 'local', namespace: 'shop', name: 'front-1' });
  expect(sent).toEqual([]);
});

describe('a pod that is to be in services', () => {
  it('is registered in all of them, and nothing is stored of problems that it does not have', async () => {
    const world = await applied({ nodes: ['front', 'back'], pod: ofAnnotations('side') });
    expect(world.calls.toSorted()).toEqual([
      'register srv-back 10.0.0.1',
      'register srv-front 10.0.0.1',
      'register srv-side 10.0.0.1',
    ]);
    expect(world.registrations?.toSorted()).toEqual(['back 10.0.0.1', 'front 10.0.0.1', 'side 10.0.0.1']);
    expect([world.thrown, world.saved, world.problems]).toEqual([undefined, [], []]);
    expect(world.noticesSent).toEqual(['after 3 calls']);
  });

  it('is registered where nothing prevents it; the failure is stored and thrown at the end', async () => {
    const nodes = ['front', 'back'];
    const world = await applied({ nodes, cloudMap: failingIn('srv-front', busy) });
    expect(world.registrations).toContain('back 10.0.0.1');
    expect(world.thrown).toBe(busy);
    expect(world.problems).toEqual([{ source: 'VirtualNode front', code: 'Unavailable', message: 'busy' }]);
    expect(world.sent).toMatchObject([statusRequest]);
    expect(world.noticesSent).toHaveLength(1);
    expect(world.refusals).toEqual([]);
  });

  it('loses the problems that it had', async () => {
    const problems = [{ source: 'VirtualNode front', code: 'Unavailable', message: 'busy' } as const];
    const world = await applied({ problems });
    expect([world.saved, world.problems]).toEqual([[[]], []]);
  });

  it('has its problems stored only if they are others than before', async () => {
    const problems = [{ source: 'VirtualNode front', code: 'Unavailable', message: 'busy' } as const];
    const world = await applied({ problems, cloudMap: failingIn('srv-front', busy) });
    expect([world.saved, world.problems]).toEqual([[], problems]);
  });

  it('has at most fifty problems of its request stored', async () => {
    const nodes = Array.from({ length: 53 }, (_, index) => aNode(`node-${100 + index}`, 'front'));
    const { problems, calls } = await applied({ nodes });
    expect(calls).toEqual(['register srv-front 10.0.0.1']);
    expect(problems).toHaveLength(50);
    expect(problems.map(({ source }) => source).toSorted()).toEqual(
      Array.from({ length: 50 }, (_, index) => `VirtualNode node-${101 + index}`),
    );
  });
});

describe('the statuses of virtual nodes', () => {
  it('are requested if any node discovers through Cloud Map', async () => {
    expect((await applied()).sent).toMatchObject([{ ...statusRequest, dueAtMs: nowMs + 6_000 }]);
  });

  it('are not requested if none does', async () => {
    const dns = { podSelector: {}, serviceDiscovery: { dns: { hostname: 'front' } } };
    const nodes = [anObject('VirtualNode', dns)];
    expect((await applied({ nodes, pod: ofAnnotations('front') })).sent).toEqual([]);
    expect((await applied({ nodes: [] })).sent).toEqual([]);
  });
});

describe('a registration that the pod no longer wants', () => {
  it('is released after the wanted ones are made', async () => {
    const world = await applied({ registered: { back: {} } });
    expect(world.calls).toEqual(['register srv-front 10.0.0.1', 'deregister srv-back 10.0.0.1']);
    expect(world.thrown).toBeUndefined();
  });

  it('is released in the service where another id is wanted', async () => {
    const world = await applied({ registered: { front: { instanceId: '10.0.0.9' } } });
    expect(world.calls).toEqual(['register srv-front 10.0.0.1', 'deregister srv-front 10.0.0.9']);
  });

  it('stays while the wanted one fails in the same service, but not in others', async () => {
    const registered = { front: { instanceId: '10.0.0.9' }, back: {} };
    const world = await applied({ registered, cloudMap: failingIn('srv-front', busy) });
    expect(world.calls).toEqual(['register srv-front 10.0.0.1', 'deregister srv-back 10.0.0.1']);
    expect(world.registrations).toContain('front 10.0.0.9');
  });

  it('is released if the wanted one is refused', async () => {
    const registered = { front: { instanceId: '10.0.0.9' } };
    const world = await applied({
      registered,
      cloudMap: {
        findInstance: async (_, id) => (id === '10.0.0.1' ? { 'k8s.io/cluster': 'second' } : undefined),
      },
    });
    expect(world.calls).toEqual(['deregister srv-front 10.0.0.9']);
  });

  it('is a problem of its own if it cannot be released', async () => {
    const cloudMap = { deregisterInstance: () => Promise.reject(busy) };
    const world = await applied({ registered: { back: {} }, cloudMap });
    expect(world.thrown).toBe(busy);
    expect(world.problems).toEqual([{ source: 'registration', code: 'Unavailable', message: 'busy' }]);
  });
});

describe('the readiness of a pod', () => {
  const registered = { front: {} };
  const sameHealth = { front: { fingerprint: 'f' } };

  it('makes its instance healthy', async () => {
    const { calls } = await applied({ registered: { front: { health: 'UNHEALTHY' } } });
    expect(calls).toEqual(['register srv-front 10.0.0.1', 'HEALTHY srv-front 10.0.0.1']);
  });

  it('that is lost makes its instance unhealthy, where the service has a custom health check', async () => {
    const { calls, registrations } = await applied({ registered: sameHealth, pod: notReady });
    expect(calls).toEqual(['register srv-front 10.0.0.1', 'UNHEALTHY srv-front 10.0.0.1']);
    expect(registrations).toEqual(['front 10.0.0.1']);
  });

  it('that is lost asks nobody who owns the service', async () => {
    let lists = 0;
    const cloudMap = {
      listInstances: () => {
        lists += 1;
        return nothing();
      },
    };
    await applied({ registered: sameHealth, pod: notReady, cloudMap });
    expect(lists).toBe(0);
    await applied({ cloudMap });
    expect(lists, 'of a new registration').toBe(1);
  });

  it('that is lost releases its instance elsewhere', async () => {
    const services = { front: { hasCustomHealthCheck: false } };
    const { calls } = await applied({ registered, services, pod: notReady });
    expect(calls).toEqual(['deregister srv-front 10.0.0.1']);
  });

  it('that it never had registers nothing', async () => {
    const { calls, registrations, thrown } = await applied({ pod: notReady });
    expect([calls, registrations, thrown]).toEqual([[], [], undefined]);
  });

  it.each([
    ['was not accepted yet', { phase: 'claimed', fingerprint: undefined } as const],
    ['is being released', { phase: 'releasing', operationId: undefined } as const],
    [
      'is of a former pod of its name',
      { owner: { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-0' } },
    ],
  ])('that is lost keeps no registration that %s', async (_what, changes) => {
    const { calls } = await applied({ registered: { front: changes }, pod: notReady });
    expect(calls).not.toContain('UNHEALTHY srv-front 10.0.0.1');
    expect(calls).not.toContain('register srv-front 10.0.0.1');
  });

  it('does not matter if the pod terminates', async () => {
    for (const pod of [{ terminating: true }, { terminating: true, ...notReady }])
      expect((await applied({ registered, pod })).calls).toEqual(['deregister srv-front 10.0.0.1']);
  });
});

describe('a pod that is deleted', () => {
  const gated = { readinessGates: [cloudMapReadinessGate] };

  it('is released, and its record retired', async () => {
    const world = await applied({ registered: { front: {} }, deleted: true });
    expect(world.calls).toEqual(['deregister srv-front 10.0.0.1']);
    expect(world.retired).toMatchObject([[{ name: 'front-1' }, 'uid-1']]);
  });

  it('is not retired while it exists, or while a release fails', async () => {
    expect((await applied()).retired).toEqual([]);
    const cloudMap = { deregisterInstance: () => Promise.reject(busy) };
    const failing = await applied({ registered: { front: {} }, deleted: true, cloudMap });
    expect([failing.thrown, failing.retired]).toEqual([busy, []]);
  });

  it('gets no condition for its gate, unlike one that exists', async () => {
    const open = {
      ...gated,
      conditions: { Ready: 'True', ContainersReady: 'True', [cloudMapReadinessGate]: 'True' },
    };
    expect((await applied({ pod: gated })).conditions).toMatchObject([{ status: 'True' }]);
    expect((await applied({ pod: open, deleted: true })).conditions).toEqual([]);
    expect((await applied()).conditions).toEqual([]);
  });
});

describe('a registration that is refused', () => {
  it('is a problem that is counted, not an error', async () => {
    const cloudMap = { findInstance: async () => ({ 'k8s.io/cluster': 'second' }) };
    const { thrown, refusals, problems } = await applied({ cloudMap });
    expect(thrown).toBeUndefined();
    expect(refusals).toEqual([['Refusals', 1, 'InstanceTaken']]);
    expect(problems).toEqual([
      {
        ...{ source: 'VirtualNode front', code: 'Refused' },
        message: expect.stringContaining('is not ours'),
        refusal: {
          ...{ isPermanent: false, dependsOn: 'instance', atMs: nowMs },
          inputs: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      },
    ]);
  });

  it('by Cloud Map for its values is for the author of the pod, and any other one is thrown', async () => {
    const invalid = new PermanentError('wrong value', { code: 'InvalidInput' });
    const ofAuthor = await applied({ cloudMap: failingIn('srv-front', invalid) });
    expect(ofAuthor.thrown).toBeUndefined();
    expect(ofAuthor.refusals).toEqual([['Refusals', 1, 'RejectedByCloudMap']]);
    expect(ofAuthor.problems).toMatchObject([{ code: 'InvalidInput', refusal: { isPermanent: true } }]);
    const rejected = new PermanentError('rejected');
    const other = await applied({ cloudMap: failingIn('srv-front', rejected) });
    expect(other.thrown).toBe(rejected);
  });

  it('has the inputs of its own instance', async () => {
    const nodes = ['front', 'back'];
    const invalid = new PermanentError('wrong value', { code: 'InvalidInput' });
    const cloudMap = { registerInstance: () => Promise.reject(invalid) };
    const both = await applied({ nodes, cloudMap });
    const inputs = both.problems.map(({ refusal }) => refusal?.inputs);
    const alone = await applied({ nodes: ['back'], cloudMap });
    expect(new Set(inputs).size).toBe(2);
    const [back] = both.problems.filter(({ source }) => source === 'VirtualNode back');
    expect(alone.problems).toEqual([back]);
  });

  it('of a service that is not created releases no instance there, and the pod gets its other instances', async () => {
    const http = { id: 'ns-1', name: 'shop.local', kind: 'http', httpName: 'shop.local' } as const;
    const quota = new QuotaExceededError('no more services');
    const world = await applied({
      nodes: [aNode('gone'), 'back'],
      registered: { gone: {} },
      cloudMap: { namespacesNamed: async () => [http], ensureService: () => Promise.reject(quota) },
    });
    expect(world.thrown).toBeUndefined();
    expect(world.calls).toEqual(['register srv-back 10.0.0.1']);
    expect(world.registrations).toEqual(['gone 10.0.0.1', 'back 10.0.0.1']);
    expect(world.problems).toMatchObject([
      {
        ...{ source: 'VirtualNode gone', code: 'Refused' },
        message: expect.stringContaining('no more services'),
        refusal: { isPermanent: false, dependsOn: 'creation', atMs: nowMs, inputs: expect.any(String) },
      },
    ]);
  });

  it('of a release has no inputs', async () => {
    const cloudMap = { deregisterInstance: () => Promise.reject(new RefusedError('kept')) };
    const world = await applied({ registered: { back: {} }, cloudMap });
    expect(world.problems).toEqual([{ source: 'registration', code: 'Refused', message: 'kept' }]);
  });

  it('for seconds only is not stored', async () => {
    const wait = new WaitError('soon', { retryAfterMs: 5_000 });
    const short = await applied({ cloudMap: failingIn('srv-front', wait) });
    expect([short.thrown, short.problems]).toEqual([wait, []]);
    const longer = new WaitError('later', { retryAfterMs: 5_001 });
    expect((await applied({ cloudMap: failingIn('srv-front', longer) })).problems).toMatchObject([
      { message: 'later' },
    ]);
  });
});
