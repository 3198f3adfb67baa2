import { describe, expect, it } from 'vitest';
import { type Claim, isDeregistered } from '../../../shared/model/records/registration.ts';
import type { ServiceView } from '../../../shared/model/service-view.ts';
import { targetOf } from '../../../shared/model/target.ts';
import { desiredInstances } from '../../../shared/pods/plan/desired.ts';
import type { DriftInput } from '../../../shared/sweep/plan/drift-input.ts';
import type { Finding } from '../../../shared/sweep/plan/finding.ts';
import { findings } from '../../../shared/sweep/plan/findings.ts';
import { aClaim, aConfig, aNode } from '../../explain/facts.ts';
import { aPod } from '../../fakes/objects.ts';

const config = aConfig();
const context = { virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} };
const nowMs = Date.UTC(2026, 10, 21, 12);
const key = { target: targetOf(config), namespaceName: 'shop.local', serviceName: 'front' };
const registration = { service: key, instanceId: '10.0.0.1' };
const pod = aPod();
const seen = { pod, deleted: false, registrations: [registration] };
const [desired] = desiredInstances(pod, context, config.cloudMap).instances;
const instance = { attributes: desired?.attributes ?? {}, health: 'HEALTHY' };
const claim = (changes: Partial<Claim> = {}) =>
  aClaim({
    service: key,
    owner: { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' },
    ...changes,
  });

/** The service of the usual pod, with its instance and its claim. */
function aView(changes: Partial<ServiceView> = {}): ServiceView {
  return {
    ...{ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: true },
    instances: new Map([['10.0.0.1', instance]]),
    claims: new Map([['10.0.0.1', claim()]]),
    underWay: new Map(),
    failedOperations: new Map(),
    ...changes,
  };
}

/** What is found of the usual pod, which is registered, with the changes of the test. */
function allFound(changes: Partial<DriftInput> = {}, view: Partial<ServiceView> = {}): readonly Finding[] {
  const input: DriftInput = {
    ...{ config, nowMs, complete: true, gatesCanBeSet: true, reevaluate: false },
    pods: new Map([['shop/front-1', pod]]),
    registrationContext: () => context,
    seen: new Map([['shop/front-1', seen]]),
    services: new Map([['shop.local/front', aView(view)]]),
    inScope: () => true,
    ...changes,
  };
  return findings(input);
}

const found = (...changes: Parameters<typeof allFound>): readonly string[] =>
  allFound(...changes).map(({ kind, detail }) => `${kind}: ${detail}`);

const foreignOperation = (type: 'register' | 'deregister') => new Map([['10.0.0.1', { id: 'op-9', type }]]);
const ownOperation = (type: 'register' | 'deregister') => new Map([['10.0.0.1', { id: 'op-1', type }]]);
const claims = (changes: Partial<Claim>) => new Map([['10.0.0.1', claim(changes)]]);
const owner = claim().owner;
const none = new Map();
const unready = aPod({ conditions: { Ready: 'False', ContainersReady: 'False' } });
const unreadyPods = {
  pods: new Map([['shop/front-1', unready]]),
  seen: new Map([['shop/front-1', { ...seen, pod: unready }]]),
};
const isMissing = ['InstanceMissing: the pod is ready, but Cloud Map does not have its instance'];

describe('an instance that a ready pod should have', () => {
  it('is in sync if Cloud Map has it as it should be', () => {
    expect(found()).toEqual([]);
  });

  it('is missing if Cloud Map does not have it', () => {
    expect(found({}, { instances: none, claims: none })).toEqual(isMissing);
    expect(found({}, { instances: none })).toEqual(isMissing);
  });

  it('is not missing while its own writer registers it', () => {
    expect(found({}, { instances: none, underWay: ownOperation('register') })).toEqual([]);
    expect(found({}, { instances: none, underWay: foreignOperation('register') })).toEqual(isMissing);
  });

  it('is missing while it is registered for a former pod of its name', () => {
    const former = claims({ owner: { ...owner, uid: 'uid-0' } });
    const view = { instances: none, claims: former, underWay: ownOperation('register') };
    expect(found({}, view)).toEqual(isMissing);
  });

  it('is missing while an operation deregisters it', () => {
    const running = claims({ phase: 'releasing' });
    const detail = 'InstanceMissing: the pod is ready, but operation op-1 deregisters its instance';
    expect(found({}, { instances: none, claims: running, underWay: ownOperation('deregister') })).toEqual([
      detail,
    ]);
  });

  it('is reported with the reason if its registration failed', () => {
    const failedOperations = new Map([['op-1', 'no such zone']]);
    expect(found({}, { instances: none, failedOperations })).toEqual([
      'OperationFailed: operation op-1 failed: no such zone',
    ]);
  });

  it('has an unfinished claim after two minutes', () => {
    const since = (ms: number) => ({ claims: claims({ phase: 'claimed', touchedAtMs: nowMs - ms }) });
    expect(found({}, since(120_000))).toEqual([]);
    expect(found({}, since(120_001))).toEqual([
      'ClaimUnfinished: its claim has been claimed since 2026-11-21T11:57:59.999Z',
    ]);
    expect(found({}, { claims: claims({ touchedAtMs: 0 }) }), 'an applied claim is complete').toEqual([]);
    expect(found({}, { claims: none })).toEqual(['ClaimUnfinished: it is ours, but has no claim']);
  });

  it('is compared with the health of the pod if the service has a custom health check', () => {
    const instances = (health?: string) => new Map([['10.0.0.1', { ...instance, health }]]);
    const drifted = ['HealthDrifted: it is UNHEALTHY in Cloud Map; the pod is HEALTHY'];
    expect(found({}, { instances: instances('UNHEALTHY') })).toEqual(drifted);
    expect(found({}, { instances: instances() }), 'not read').toEqual([]);
    expect(found({}, { instances: instances('UNHEALTHY'), hasCustomHealthCheck: false })).toEqual([]);
  });

  it('waits while another live pod has its claim', () => {
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
  ])('with replaced attributes is ours or foreign by a claim %s', (_, changes, kind) => {
    const view = { instances: new Map([['10.0.0.1', { attributes: {} }]]), claims: claims(changes) };
    expect(found({}, view)).toEqual([expect.stringMatching(`^${kind}: `)]);
  });

  it('is registered again by another program', () => {
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

  it('has an attribute that a failed update should have removed', () => {
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

describe('an instance that an unready pod may have', () => {
  it('is UNHEALTHY if the service has a custom health check, stale if it has none', () => {
    expect(found(unreadyPods)).toEqual(['HealthDrifted: it is HEALTHY in Cloud Map; the pod is UNHEALTHY']);
    expect(found(unreadyPods, { hasCustomHealthCheck: false })).toEqual([
      'InstanceStale: its pod should no longer be registered here',
    ]);
  });

  it('is missing only if it was registered before, in a service with a custom health check', () => {
    const missing = (view: Partial<ServiceView>) => found(unreadyPods, { instances: none, ...view });
    expect(missing({})).toEqual(isMissing);
    expect(missing({ hasCustomHealthCheck: false })).toEqual([]);
    expect(missing({ claims: none })).toEqual([]);
  });

  it('is not reported if it is foreign', () => {
    const foreign = { attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } };
    expect(found(unreadyPods, { instances: new Map([['10.0.0.1', foreign]]), claims: none })).toEqual([]);
  });
});

describe('a stored pod that the cluster no longer has', () => {
  const gone = { pods: none };
  const isDeleted =
    'PodDeleted: it is no longer in the cluster, but no event about its deletion was received';

  it('is deleted with its instance, which is reported once', () => {
    expect(found(gone)).toEqual([isDeleted]);
  });

  it('is deleted without its instance, which does not exist', () => {
    const [first] = allFound(gone, { instances: none, claims: none });
    expect(first).toMatchObject({
      kind: 'PodDeleted',
      ...{ service: 'shop.local/front', instanceId: '10.0.0.1' },
      action: { do: 'retire', from: [] },
    });
  });

  it('names first the registration whose instance exists', () => {
    const registrations = [{ ...registration, instanceId: '10.0.0.9' }, registration];
    const input = { ...gone, seen: new Map([['shop/front-1', { ...seen, registrations }]]) };
    expect(allFound(input)).toMatchObject([
      { kind: 'PodDeleted', instanceId: '10.0.0.1', action: { do: 'retire', from: ['shop.local/front'] } },
    ]);
  });

  it('does not remove again an instance whose deregistration was accepted', () => {
    const releasing = claim({ phase: 'releasing' });
    expect(isDeregistered(releasing)).toBe(true);
    const view = { claims: new Map([['10.0.0.1', releasing]]) };
    expect(allFound(gone, view)).toMatchObject([
      { kind: 'PodDeleted', action: { do: 'retire', from: [] } },
      { kind: 'InstanceStale' },
    ]);
  });

  it('does not count as deleted if the listing is incomplete, or it is out of scope', () => {
    expect(found({ ...gone, complete: false })).toEqual([]);
    expect(found({ ...gone, inScope: () => false })).toEqual([]);
  });
});

describe('the record of a deleted pod', () => {
  const deleted = (target = key.target) => ({
    pods: none,
    seen: new Map([
      [
        'shop/front-1',
        { ...seen, deleted: true, registrations: [{ ...registration, service: { ...key, target } }] },
      ],
    ]),
  });
  const left = [
    expect.stringMatching(/^ClaimUnfinished: the pod is deleted, but its record still has registration /),
  ];

  it('keeps a registration for as long as the pod has the claim', () => {
    const taken = (changes: Partial<Claim['owner']>) =>
      found(deleted(), {
        instances: none,
        claims: claims({ phase: 'releasing', owner: { ...owner, ...changes } }),
        underWay: ownOperation('deregister'),
      });
    expect(taken({})).toEqual([]);
    expect(taken({ name: 'front-2' })).toEqual(left);
    expect(taken({ cluster: 'other' })).toEqual(left);
  });

  it('says nothing of a place where nothing was read', () => {
    expect(found(deleted(), { instances: none, claims: none })).toEqual(left);
    expect(found(deleted('999999999999/own'), { instances: none, claims: none })).toEqual([]);
  });
});

describe('the record of a live pod', () => {
  const stored = (changes: Partial<typeof pod>, deleted = false) => ({
    seen: new Map([['shop/front-1', { ...seen, deleted, pod: aPod(changes) }]]),
  });
  const listed = (changes: Partial<typeof pod>) => ({ pods: new Map([['shop/front-1', aPod(changes)]]) });
  const node = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' };

  it('is out of date if a field that is used has changed', () => {
    const newer = { ...listed({ resourceVersion: '2' }), ...stored({}) };
    expect(found(newer), 'no other field').toEqual([]);
    expect(found({ ...newer, ...stored({ phase: 'Pending' }) })).toEqual([
      'PodOutdated: the pod is at resourceVersion 2; the last event received is of 1',
    ]);
  });

  it('is out of date if its node has another zone', () => {
    expect(found(stored({ node: { name: 'node-1' } }))).toEqual([
      'PodOutdated: its node node-1 is in zone us-west-2a; the last event received says none',
    ]);
    expect(
      found({ ...stored({}), ...listed({ node: { name: 'node-1' } }) }).filter((text) =>
        text.startsWith('Pod'),
      ),
    ).toEqual([]);
    expect(node.zone).toBe('us-west-2a');
  });

  it('contradicts a record of its deletion', () => {
    expect(found(stored({}, true))).toContainEqual(
      expect.stringMatching(/^RecordContradicted: .*its deletion/),
    );
  });
});
