import { describe, expect, it } from 'vitest';
import { firstUnregistered, instancesConditions } from '../../../shared/mesh/plan/instances.ts';
import type { PodRecord } from '../../../shared/model/records/pod-record.ts';
import { aConfig, aMesh, aNode, aRecord } from '../../explain/harness/pod-facts.ts';

const { cloudMap } = aConfig();
const around = { virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} };
const registered = (ip: string, serviceName = 'front') => [
  { service: { target: 'own/own', namespaceName: 'shop.local', serviceName }, instanceId: ip },
];

/** Ready and registered, but for what the test says. */
function aServed(number: number, pod: Parameters<typeof aRecord>[0] = {}, changes: Partial<PodRecord> = {}) {
  const ip = `10.0.0.${number}`;
  return aRecord(
    { name: `front-${number}`, uid: `uid-${number}`, ips: [ip], ...pod },
    { registrations: registered(ip), ...changes },
  );
}

function report(pods: readonly PodRecord[], registrationContext: Partial<typeof around> = {}): string {
  const condition = instancesConditions(pods, { ...around, ...registrationContext }, cloudMap).get('front');
  return condition === undefined ? 'none' : `${condition.status} ${condition.reason}: ${condition.message}`;
}

describe('the status of a virtual node about its pods', () => {
  const other = aServed(9);
  it.each<readonly [string, readonly PodRecord[], string]>([
    ['all', [aServed(1), aServed(2)], 'True AllRegistered: 2 of 2 pods registered in shop.local/front'],
    ['no pods', [], 'False NoPods: no pod in namespace "shop" matches spec.podSelector'],
    ['only other pods', [aServed(1, { labels: { app: 'back' } })], 'False NoPods: '],
    ['only those on their way out', [aServed(1, { terminating: true })], 'False NoPods: '],
    ['only those gone', [aServed(1, {}, { deleted: true })], 'False NoPods: '],
    [
      'only those at their end',
      [aServed(1, { phase: 'Succeeded' }), aServed(2, { phase: 'Failed' })],
      'False NoPods: ',
    ],
    [
      'one that is not ready',
      [other, aServed(1, { conditions: { ContainersReady: 'False' } }, { registrations: [] })],
      'False SomeNotRegistered: 1 of 2 pods registered in shop.local/front; not registered: shop/front-1: condition ContainersReady is False',
    ],
    [
      'one that is not ready, and stays as UNHEALTHY',
      [other, aServed(1, { conditions: { ContainersReady: 'False' } })],
      'True AllRegistered: 2 of 2 pods registered in shop.local/front; UNHEALTHY: shop/front-1: condition ContainersReady is False',
    ],
    [
      'one that is not running, whatever is left of it',
      [other, aServed(1, { phase: 'Pending' })],
      "False SomeNotRegistered: 1 of 2 pods registered in shop.local/front; not registered: shop/front-1: the pod's phase is Pending, not Running",
    ],
    [
      'one whose registration was refused',
      [
        aServed(
          1,
          {},
          { problems: [{ source: 'VirtualNode front', code: 'Refused', message: 'not yours' }] },
        ),
      ],
      'False NoneRegistered: 0 of 1 pods registered in shop.local/front; not registered: shop/front-1: not yours',
    ],
    [
      'one with a problem elsewhere',
      [aServed(1, {}, { problems: [{ source: 'VirtualNode back', code: 'Refused', message: 'not yours' }] })],
      'True AllRegistered: ',
    ],
    [
      'one that no controller has served yet',
      [aServed(1, {}, { registrations: [] })],
      'not registered: shop/front-1: registration pending',
    ],
    [
      'one registered under its former address',
      [aServed(1, {}, { registrations: registered('10.0.0.7') })],
      'not registered: shop/front-1: registration pending',
    ],
    [
      'one registered in another service',
      [aServed(1, {}, { registrations: registered('10.0.0.1', 'back') })],
      'False NoneRegistered',
    ],
  ])('%s', (_, pods, expected) => {
    expect(report(pods)).toContain(expected);
  });

  it('the status of a virtual node names the first five pods, and how many more', () => {
    const pods = [1, 2, 3, 4, 5, 6, 7].map((number) => aServed(number, { phase: 'Pending' }));
    const text = report(pods);
    expect(text).toContain('0 of 7 pods registered');
    expect(text).toContain('shop/front-5: ');
    expect(text).not.toContain('shop/front-6');
    expect(text).toMatch(/, and 2 more$/);
    expect(report(pods.slice(0, 5))).toMatch(/front-4: [^,]*, [^,]*, shop\/front-5: [^,]*, not Running$/);
  });

  it('the permissions that are missing are those of the first five pods', () => {
    const denied = (number: number) =>
      aServed(
        number,
        {},
        {
          problems: [
            {
              ...{ source: 'VirtualNode front', code: 'Refused', message: 'denied' },
              permission: { action: `a:B${number}` },
            },
          ],
        },
      );
    const pods = [1, 2, 3, 4, 5, 6].map(denied);
    expect(instancesConditions(pods, around, cloudMap).get('front')?.permissions).toEqual(
      [1, 2, 3, 4, 5].map((number) => ({ action: `a:B${number}` })),
    );
    const waiting = denied(1);
    const unready = { ...waiting, pod: { ...waiting.pod, phase: 'Pending' as const } };
    expect(instancesConditions([unready], around, cloudMap).get('front')?.permissions).toBe(undefined);
  });

  it('of several problems of a pod the first counts', () => {
    const problems = ['first', 'second'].map((message) => ({
      ...{ source: 'VirtualNode front', code: 'Refused' as const, message },
    }));
    expect(report([aServed(1, {}, { problems })])).toMatch(/front-1: first$/);
  });

  it('a registration of an earlier pod of the name does not count', () => {
    const of = (uid: string) => registered('10.0.0.1').map((each) => ({ ...each, uid }));
    expect(report([aServed(1, {}, { registrations: of('uid-1') })])).toMatch(/^True/);
    expect(report([aServed(1, {}, { registrations: of('former') })])).toMatch(/: registration pending$/);
  });

  it('the first pod that is not registered is found in the message', () => {
    const away = (number: number) => aServed(number, { phase: 'Pending' });
    expect(firstUnregistered(report([aServed(1), away(2), away(3)]))).toBe('front-2');
    expect(firstUnregistered(report([aServed(1, { name: 'front.x', phase: 'Pending' })]))).toBe('front.x');
    expect(firstUnregistered(report([aServed(1)]))).toBe(undefined);
    expect(firstUnregistered(report([]))).toBe(undefined);
  });

  it('the status of a virtual node about its pods says who has a service that two want for the same pod', () => {
    const second = aNode('second');
    const conditions = instancesConditions(
      [aServed(1)],
      { ...around, virtualNodes: [aNode('front'), second] },
      cloudMap,
    );
    expect(conditions.get('front')?.reason).toBe('AllRegistered');
    expect(conditions.get('second')?.message).toContain(
      'service shop.local/front is already used for this pod by VirtualNode front',
    );
  });

  it('the status of a virtual node about its pods goes by the address family that the mesh wants', () => {
    const mesh = aMesh({
      namespaceSelector: {},
      meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' },
    });
    expect(report([aServed(1)], { meshes: [mesh] as never })).toContain('the pod needs an IPv6 address');
  });

  it('the status of a virtual node about its pods has no pods if it has no selector', () => {
    expect(report([aServed(1)], { virtualNodes: [aNode('front', { podSelector: undefined })] })).toBe(
      'False NoPods: spec.podSelector is not set, so no pod is selected',
    );
  });

  it('the status of a virtual node about its pods has no such condition if it does not discover through Cloud Map', () => {
    const node = aNode('front', { serviceDiscovery: { dns: { hostname: 'front' } } });
    expect(report([aServed(1)], { virtualNodes: [node] })).toBe('none');
  });

  it('the status of a virtual node about its pods cuts a reason that quotes too much', () => {
    const problems = [{ source: 'VirtualNode front', code: 'Refused', message: 'x'.repeat(5_000) } as const];
    expect(report([aServed(1, {}, { problems })]).length).toBeLessThan(300);
  });
});
