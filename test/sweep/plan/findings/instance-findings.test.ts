import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../../shared/model/records/registration.ts';
import type { ServiceView } from '../../../../shared/model/service-view.ts';
import { refusalInputs } from '../../../../shared/pods/plan/refusal.ts';
import type { DriftInput } from '../../../../shared/sweep/plan/findings/drift-input.ts';
import { aPod } from '../../../fakes/objects.ts';
import {
  allFound,
  claims,
  config,
  context,
  desired,
  foreignOperation,
  found,
  instance,
  none,
  nowMs,
  owner,
  ownOperation,
  pod,
  seen,
} from '../drift.ts';

const unready = aPod({ conditions: { Ready: 'False', ContainersReady: 'False' } });
const unreadyPods = {
  pods: new Map([['shop/front-1', unready]]),
  seen: new Map([['shop/front-1', { ...seen, pod: unready }]]),
};
const isMissing = ['InstanceMissing: the pod is ready, but Cloud Map does not have its instance'];

describe('an instance that a ready pod should have', () => {
  it('an instance that a ready pod should have is in sync if Cloud Map has it as it should be', () => {
    expect(found()).toEqual([]);
  });

  it('an instance that a ready pod should have is missing if Cloud Map does not have it', () => {
    expect(found({}, { instances: none, claims: none })).toEqual(isMissing);
    expect(found({}, { instances: none })).toEqual(isMissing);
  });

  it('an instance that a ready pod should have is not missing while its own writer registers it', () => {
    expect(found({}, { instances: none, underWay: ownOperation('register') })).toEqual([]);
    expect(found({}, { instances: none, underWay: foreignOperation('register') })).toEqual(isMissing);
  });

  it('an instance that a ready pod should have is missing while it is registered for a former pod of its name', () => {
    const former = claims({ owner: { ...owner, uid: 'uid-0' } });
    const view = { instances: none, claims: former, underWay: ownOperation('register') };
    expect(found({}, view)).toEqual(isMissing);
  });

  it('an instance that a ready pod should have is missing while an operation deregisters it', () => {
    const running = claims({ phase: 'releasing' });
    const detail = 'InstanceMissing: the pod is ready, but operation op-1 deregisters its instance';
    expect(found({}, { instances: none, claims: running, underWay: ownOperation('deregister') })).toEqual([
      detail,
    ]);
  });

  it('an instance that a ready pod should have is reported with the reason if its registration failed', () => {
    const failedOperations = new Map([['op-1', 'no such zone']]);
    expect(found({}, { instances: none, failedOperations })).toEqual([
      'OperationFailed: operation op-1 failed: no such zone',
    ]);
    const [finding] = allFound({}, { instances: none, failedOperations });
    expect(finding?.failedOperation).toEqual({ id: 'op-1', error: 'no such zone' });
  });

  it('an instance that a ready pod should have has an unfinished claim after two minutes', () => {
    const since = (ms: number) => ({ claims: claims({ phase: 'claimed', touchedAtMs: nowMs - ms }) });
    expect(found({}, since(120_000))).toEqual([]);
    expect(found({}, since(120_001))).toEqual([
      'ClaimUnfinished: its claim has been claimed since 2026-11-21T11:57:59.999Z',
    ]);
    expect(found({}, { claims: claims({ touchedAtMs: 0 }) }), 'an applied claim is complete').toEqual([]);
    expect(found({}, { claims: none })).toEqual(['ClaimUnfinished: it is ours, but has no claim']);
  });

  it('an instance that a ready pod should have is compared with the health of the pod if the service has a custom health check', () => {
    const instances = (health?: string) => new Map([['10.0.0.1', { ...instance, health }]]);
    const drifted = ['HealthDrifted: it is UNHEALTHY in Cloud Map; the pod is HEALTHY'];
    expect(found({}, { instances: instances('UNHEALTHY') })).toEqual(drifted);
    expect(found({}, { instances: instances() }), 'not read').toEqual([]);
    expect(found({}, { instances: instances('UNHEALTHY'), hasCustomHealthCheck: false })).toEqual([]);
  });

  it('an instance that a ready pod should have waits while another live pod has its claim', () => {
    const other = aPod({ namespace: 'blue', uid: 'uid-2', ips: ['10.0.0.2'] });
    const held = { claims: claims({ owner: { ...owner, namespace: 'blue', uid: 'uid-2' } }) };
    const changed = new Map([['10.0.0.1', { attributes: { 'k8s.io/cluster': 'local' } }]]);
    const registrationContext = (namespace: string) =>
      namespace === 'shop' ? context : { ...context, virtualNodes: [] };
    const pods = new Map([
      ['shop/front-1', pod],
      ['blue/front-1', other],
    ]);
    const seenToo = new Map([
      ['shop/front-1', seen],
      ['blue/front-1', { pod: other, deleted: false, registrations: [] }],
    ]);
    const kinds = (input: Partial<DriftInput>) =>
      found({ registrationContext, ...input }, { ...held, instances: changed }).map(
        (text) => text.split(':')[0],
      );
    expect(kinds({ pods, seen: seenToo })).toEqual(['InstanceStale']);
    const recreated = new Map([...pods, ['blue/front-1', { ...other, uid: 'uid-3' }]] as const);
    const recreatedSeen = new Map([
      ...seenToo,
      ['blue/front-1', { pod: { ...other, uid: 'uid-3' }, deleted: false, registrations: [] }],
    ] as const);
    expect(kinds({ pods: recreated, seen: recreatedSeen })).toEqual(['AttributesDrifted']);
  });

  it.each<readonly [string, Partial<Claim>, string]>([
    ['that this pod applied', {}, 'AttributesDrifted'],
    ['that is not applied', { phase: 'claimed' }, 'InstanceForeign'],
    ['of a former pod of its name', { owner: { ...owner, uid: 'uid-0' } }, 'InstanceForeign'],
    ['of another cluster', { owner: { ...owner, cluster: 'other' } }, 'InstanceForeign'],
  ])(
    'an instance that a ready pod should have with replaced attributes is ours or foreign by a claim %s',
    (_, changes, kind) => {
      const view = { instances: new Map([['10.0.0.1', { attributes: {} }]]), claims: claims(changes) };
      expect(found({}, view)).toEqual([expect.stringMatching(`^${kind}: `)]);
    },
  );

  it('an instance that a ready pod should have is registered again by another program', () => {
    const detail = 'AttributesDrifted: operation op-9, which eks-mesh-sync did not start, registers it again';
    expect(found({}, { underWay: foreignOperation('register') })).toEqual([detail]);
    expect(found({}, { underWay: ownOperation('register') })).toEqual([]);
    expect(found({}, { underWay: foreignOperation('deregister') })).toEqual([]);
    expect(
      found(
        {},
        { underWay: foreignOperation('register'), claims: claims({ phase: 'claimed', touchedAtMs: nowMs }) },
      ),
    ).toEqual([]);
  });

  it('an instance that a ready pod should have has an attribute with another value, or lacks one', () => {
    const instances = (changes: Readonly<Record<string, string>>) => {
      const { app: _app, ...attributes } = instance.attributes;
      return new Map([['10.0.0.1', { attributes: { ...attributes, ...changes }, health: 'HEALTHY' }]]);
    };
    expect(found({}, { instances: instances({ app: 'back' }) })).toEqual([
      'AttributesDrifted: app is back; expected front',
    ]);
    expect(found({}, { instances: instances({}) })).toEqual([
      'AttributesDrifted: app is absent; expected front',
    ]);
    expect(found({}, { instances: instances({ app: 'front', added: 'by others' }) })).toEqual([]);
  });

  it('an instance that a ready pod should have has an attribute that a failed update should have removed', () => {
    const removal = { keys: ['tier'], operationId: 'op-7', acceptedAtMs: nowMs };
    const attributes = { ...instance.attributes, tier: 'gold' };
    const view = {
      claims: claims({ removal }),
      instances: new Map([['10.0.0.1', { attributes, health: 'HEALTHY' }]]),
    };
    expect(found({}, view)).toEqual([]);
    expect(found({}, { ...view, failedOperations: new Map([['op-7', 'no']]) })).toEqual([
      'AttributesDrifted: tier is gold; expected none, but the operation that removes it, op-7, failed: no',
    ]);
  });
});

describe('an instance of another owner whose id a ready pod needs', () => {
  const foreign = { attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } };
  const view = { instances: new Map([['10.0.0.1', foreign]]), claims: none };
  const inputs = desired && refusalInputs(config, desired);
  const refusal = { inputs: inputs ?? '', atMs: nowMs, isPermanent: false, dependsOn: 'instance' } as const;
  const problem = { source: 'VirtualNode front', code: 'Refused', message: 'foreign', refusal } as const;
  const refused = { seen: new Map([['shop/front-1', { ...seen, problems: [problem] }]]) };

  it.each([
    ['is not reevaluated while its refusal stands', refused, 'none'],
    ['is reevaluated if it was not refused', {}, 'reevaluate'],
    ['is reevaluated if a person asks', { ...refused, reevaluate: true }, 'reevaluate'],
  ] as const)('%s', (_, input, action) => {
    expect(allFound(input, view)).toMatchObject([{ kind: 'InstanceForeign', action: { do: action } }]);
  });

  it('an instance of another owner whose id a ready pod needs is reported with the refusal if it does not exist, and the refusal is permanent', () => {
    const permanent = { ...problem, refusal: { inputs: refusal.inputs, atMs: nowMs, isPermanent: true } };
    const input = { seen: new Map([['shop/front-1', { ...seen, problems: [permanent] }]]) };
    expect(found(input, { instances: none, claims: none })).toEqual(['Refused: foreign']);
  });
});

it('the instance of a pod that terminates is stale', () => {
  const terminating = aPod({ terminating: true });
  const input = {
    pods: new Map([['shop/front-1', terminating]]),
    seen: new Map([['shop/front-1', { ...seen, pod: terminating }]]),
  };
  expect(found(input)).toEqual(['InstanceStale: its pod should no longer be registered here']);
});

describe('an instance that an unready pod may have', () => {
  it('an instance that an unready pod may have is UNHEALTHY if the service has a custom health check, stale if it has none', () => {
    expect(found(unreadyPods)).toEqual(['HealthDrifted: it is HEALTHY in Cloud Map; the pod is UNHEALTHY']);
    expect(found(unreadyPods, { hasCustomHealthCheck: false })).toEqual([
      'InstanceStale: its pod should no longer be registered here',
    ]);
  });

  it('an instance that an unready pod may have is missing only if it was registered before, in a service with a custom health check', () => {
    const missing = (view: Partial<ServiceView>) => found(unreadyPods, { instances: none, ...view });
    expect(missing({})).toEqual(isMissing);
    expect(missing({ hasCustomHealthCheck: false })).toEqual([]);
    expect(missing({ claims: none })).toEqual([]);
  });

  it('an instance that an unready pod may have is not reported if it is foreign', () => {
    const foreign = { attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } };
    expect(found(unreadyPods, { instances: new Map([['10.0.0.1', foreign]]), claims: none })).toEqual([]);
  });
});
