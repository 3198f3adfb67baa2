import { describe, expect, it } from 'vitest';
import { podResyncRequested } from '../../../../shared/model/events/schema.ts';
import { type Finding, finding } from '../../../../shared/sweep/plan/findings/finding.ts';
import { repairs } from '../../../../shared/sweep/plan/repairs/repairs.ts';
import { aPod, aPodObject } from '../../../fakes/objects.ts';

const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const place = { namespaceName: 'shop.local', serviceName: 'front' };
const node = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' };
type About = Partial<Finding>;

/** The repairs of findings about a pod that is listed as it was seen. */
function repairsOf(found: readonly Finding[], readinessChangedAt?: string) {
  return repairs(found, {
    ...{ run: 'run-1', resourceVersion: '50', takenAtMs: Date.UTC(2026, 10, 21, 12) },
    listed: new Map([
      ['shop/front-1', { object: aPodObject(), node, ...(readinessChangedAt && { readinessChangedAt }) }],
    ]),
    seen: new Map([['shop/front-1', { pod: aPod(), deleted: false, registrations: [] }]]),
  });
}

const missing = (about: About = {}) => finding('InstanceMissing', { pod, detail: 'd', ...about });
const request = {
  ...{
    type: 'Pod Resync Requested',
    version: 1,
    group: 'local/shop/front-1',
    cluster: 'local',
    run: 'run-1',
  },
  pod: { namespace: 'shop', name: 'front-1' },
};

describe('the request to a pod’s writer', () => {
  it.each<[string, About, object]>([
    ['nothing to verify without a place', { instanceId: '10.0.0.1' }, {}],
    ['nothing to verify without an id', { place }, {}],
    ['the instance', { place, instanceId: '10.0.0.1' }, { instanceId: '10.0.0.1' }],
    [
      'the id of the service',
      { place, instanceId: '10.0.0.1', serviceId: 'srv-1' },
      { instanceId: '10.0.0.1', serviceId: 'srv-1' },
    ],
    [
      'the operation that has ended',
      { place, instanceId: '10.0.0.1', endedOperationId: 'op-1' },
      { instanceId: '10.0.0.1', endedOperationId: 'op-1' },
    ],
    [
      'the operation that has failed, with 512 characters of its error',
      { place, instanceId: '10.0.0.1', failedOperation: { id: 'op-1', error: 'e'.repeat(600) } },
      { instanceId: '10.0.0.1', failedOperation: { id: 'op-1', error: 'e'.repeat(512) } },
    ],
  ])('names %s', (_what, about, expected) => {
    const isVerified = Object.keys(expected).length > 0;
    const [event, ...others] = repairsOf([missing(about)]);
    expect(event).toEqual({
      ...{ ...request, reason: 'InstanceMissing: d' },
      ...(isVerified && { instancesToVerify: [{ ...place, ...expected }] }),
    });
    expect(podResyncRequested.safeParse(event).success).toBe(true);
    expect(others).toEqual([]);
  });

  it('joins what was found of the pod, up to 512 characters and 100 instances', () => {
    const found = [...Array(101).keys()].map((index) => missing({ place, instanceId: `10.0.0.${index}` }));
    const [event] = repairsOf(found);
    const expected = found.map(() => 'InstanceMissing: d').join('; ');
    expect(event).toMatchObject({ reason: expected.slice(0, 512) });
    const { instancesToVerify = [] } = event as { instancesToVerify?: readonly object[] };
    expect(instancesToVerify).toHaveLength(100);
    expect(instancesToVerify[99]).toMatchObject({ instanceId: '10.0.0.99' });
    expect(podResyncRequested.safeParse(event).success).toBe(true);
  });

  it('names when the pod became ready', () => {
    const at = '2026-11-21T10:00:05Z';
    expect(repairsOf([missing()], at)).toEqual([
      { ...request, readinessChangedAt: at, reason: 'InstanceMissing: d' },
    ]);
  });

  it('is not sent for what no writer repairs', () => {
    const ofNobody = finding('InstanceStale', { detail: 'd', place, instanceId: '10.0.0.1' });
    expect(repairsOf([ofNobody, finding('Refused', { pod, detail: 'd' })])).toEqual([]);
  });
});
