import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../shared/model/records/registration.ts';
import type { SeenInstance } from '../../../shared/model/service-view.ts';
import { instanceRows } from '../../../shared/report/plan/instance-rows.ts';
import { aClaim } from '../../explain/harness/pod-facts.ts';
import { aService } from './harness.ts';

const rows = (instances: Readonly<Record<string, SeenInstance>>, claims: readonly Claim[] = []) =>
  instanceRows(
    aService('front', {
      instances: new Map(Object.entries(instances)),
      claims: new Map(claims.map((claim) => [claim.instanceId, claim])),
    }),
    ['local'],
  );
const pod = { 'k8s.io/cluster': 'local', 'k8s.io/namespace': 'shop', 'k8s.io/pod': 'front-1' };

describe('the instances of a service', () => {
  it('a registered instance has its owner, its health and its attributes by name', () => {
    expect(rows({ '10.0.0.1': { attributes: { z: '1', ...pod, a: '2' }, health: 'HEALTHY' } })).toEqual([
      {
        ...{ instanceId: '10.0.0.1', state: 'registered', health: 'HEALTHY', owner: 'ours' },
        ...{ ownerReason: 'its attribute k8s.io/cluster is local', pod: 'shop/front-1', cluster: 'local' },
        attributes: [
          ['a', '2'],
          ['k8s.io/cluster', 'local'],
          ['k8s.io/namespace', 'shop'],
          ['k8s.io/pod', 'front-1'],
          ['z', '1'],
        ],
      },
    ]);
  });

  it('one of somebody else has neither pod nor cluster, and without a health check no health', () => {
    const [row] = rows({ i: { attributes: {} } });
    expect(row).toEqual({
      ...{ instanceId: 'i', state: 'registered', owner: 'foreign', attributes: [] },
      ownerReason: 'neither this system nor the App Mesh controller registered it',
    });
  });

  it('a listed instance whose claim is releasing is deregistering', () => {
    const stateOf = (phase: Claim['phase']) =>
      rows({ '10.0.0.1': { attributes: pod } }, [aClaim({ phase })])[0]?.state;
    expect([stateOf('releasing'), stateOf('applied'), stateOf('claimed')]).toEqual([
      'deregistering',
      'registered',
      'registered',
    ]);
  });

  it('a claim without an instance is registering or deregistering, and names its pod', () => {
    const claims = [
      aClaim({ instanceId: 'a', phase: 'claimed' }),
      aClaim({ instanceId: 'b', phase: 'releasing', operationId: undefined }),
      aClaim({ instanceId: 'c', phase: 'applied' }),
    ];
    const shown = rows({}, claims);
    expect(shown.map(({ instanceId, state }) => `${instanceId} ${state}`)).toEqual([
      'a registering',
      'b deregistering',
      'c registering',
    ]);
    expect(shown[0]).toMatchObject({ owner: 'ours', pod: 'shop/front-1', cluster: 'local', attributes: [] });
  });

  it('the claim of an instance whose deregistration was accepted is not shown', () => {
    expect(rows({}, [aClaim({ phase: 'releasing', operationId: 'op' })])).toEqual([]);
  });

  it('come in this order: unhealthy, in progress, of others, ours; and then by their id', () => {
    const shown = rows(
      {
        '2-ours': { attributes: pod },
        '1-ours': { attributes: pod },
        '8-foreign': { attributes: {} },
        '9-unhealthy': { attributes: pod, health: 'UNHEALTHY' },
        '5-releasing': { attributes: pod },
      },
      [
        aClaim({ instanceId: '5-releasing', phase: 'releasing' }),
        aClaim({ instanceId: '4-claimed', phase: 'claimed' }),
      ],
    );
    expect(shown.map(({ instanceId }) => instanceId)).toEqual([
      ...['9-unhealthy', '4-claimed', '5-releasing', '8-foreign', '1-ours', '2-ours'],
    ]);
  });

  it('that could not be read are none', () => {
    expect(instanceRows(aService('front', { instances: undefined, claims: undefined }), [])).toEqual([]);
  });
});
