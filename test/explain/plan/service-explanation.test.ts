import { describe, expect, it } from 'vitest';
import type { EntryState } from '../../../shared/explain/plan/entry-explanation.ts';
import { explainService, type ServiceFacts } from '../../../shared/explain/plan/service-explanation.ts';
import { invokeCommand } from '../../../shared/model/commands/commands.ts';
import { aClaim, key, nowMs, production, resyncOf } from '../harness/pod-facts.ts';
import { attributesOf, drainOf, instancesOf, leftover, serviceFacts } from './service-facts.ts';

const causeOf = (facts: Partial<ServiceFacts> = {}) => explainService(serviceFacts(facts)).cause;
const repair = `Repair it: ${resyncOf('front-1')}`;
const since = new Date(nowMs).toISOString();
const drainedText = (cluster: string) =>
  `cluster "${cluster}" is drained since ${since}, so none of its pods is registered; a resync with "drain": false ends that`;
const entry = (state: EntryState, cluster = 'local') => ({
  ...{ cluster, state, reason: `it is ${state}`, notes: [], everyMinutes: 5 },
});
const endDrain = (cluster: string) =>
  `Nothing, if the cluster is to stay drained. To register all its pods again: ${invokeCommand(production, 'resync', { cluster, drain: false })}`;

describe('what is reported about a service', () => {
  it('is all that was read, without what is only for the commands', () => {
    const foreignHealth = { attributes: {}, health: 'HEALTHY' };
    const found = explainService(
      serviceFacts({
        region: 'eu-west-1',
        instances: new Map([...(serviceFacts().instances ?? []), ['web-1', foreignHealth]]),
        claims: [
          aClaim(),
          aClaim({ instanceId: '10.0.0.2', operationId: 'op-2', phase: 'claimed' }),
          aClaim({ instanceId: '10.0.0.3', operationId: undefined }),
        ],
        failedOperations: new Map([['op-2', 'no such VPC']]),
      }),
    );
    const missing = { owner: { ...key, uid: 'uid-1' }, touchedAt: '2026-11-21T11:55:00.000Z' };
    expect(found).toEqual({
      ...{ subject: 'service', namespaceName: 'shop.local', serviceName: 'front', target: 'own/own', nowMs },
      ...{ namespace: 'http', serviceId: 'srv-1', storedId: 'srv-1', hasCustomHealthCheck: true },
      ...{ owners: [{ cluster: 'local', kubernetesNamespace: 'shop' }], entries: [] },
      ...{ readFailures: [], missingPermissions: [], drained: [], cause: expect.anything() },
      instances: [
        {
          ...{
            instanceId: '10.0.0.1',
            claim: 'applied',
            kind: 'ours',
            pod: 'shop/front-1',
            cluster: 'local',
          },
          reason: 'its attribute k8s.io/cluster is local',
        },
        {
          ...{ instanceId: 'web-1', health: 'HEALTHY', kind: 'foreign' },
          reason: 'neither this system nor the App Mesh controller registered it',
        },
      ],
      claimsWithoutInstance: [
        { ...missing, instanceId: '10.0.0.2', phase: 'claimed', failure: 'no such VPC' },
        { ...missing, instanceId: '10.0.0.3', phase: 'applied' },
      ],
    });
  });

  it('has no claims without an instance if the instances could not be read', () => {
    const found = explainService(serviceFacts({ instances: undefined }));
    expect([found.instances, found.claimsWithoutInstance]).toEqual([[], []]);
  });

  it.each<readonly [string, Partial<ServiceFacts>, readonly string[]]>([
    ['of an instance', { claims: [], owners: [] }, ['local']],
    ['of a claim', { instances: new Map(), owners: [] }, ['local']],
    ['of an owner', { claims: [], instances: new Map() }, ['local']],
    [
      'of an instance of ours only',
      { claims: [], owners: [], instances: instancesOf({ a: attributesOf('other'), b: {} }) },
      [],
    ],
  ])('has the drained clusters: %s', (_, facts, expected) => {
    const drains = drainOf('other', 'local', 'staging');
    const { drained } = explainService(serviceFacts({ ...facts, drains }));
    expect(drained).toEqual(expected.map((cluster) => ({ cluster, since })));
  });
});

describe('the cause of a service', () => {
  it('is that it is in sync', () => {
    const advice = 'Nothing. If a pod is missing, explain that pod';
    expect(causeOf()).toEqual({
      ...{ kind: 'InSync', advice },
      reason: '1 instance, all ours, each with its claim',
    });
  });

  const denied = { what: 'the instances', code: 'Unavailable' as const, message: 'down' };

  it('is first that the service may not be used', () => {
    const more = { readFailures: [denied], namespace: 'public-dns' as const };
    expect(causeOf({ ...more, refusal: 'two services have this name' })).toEqual({
      kind: 'ServiceRefused',
      reason: 'two services have this name',
      advice: 'Resolve this; explain a pod to see which VirtualNode or annotation asks for the service',
    });
    expect(causeOf(more)).toEqual({
      kind: 'PublicNamespace',
      reason: 'Cloud Map namespace shop.local is a public DNS namespace; no pod is registered in it',
      advice: 'Name a private DNS or HTTP namespace in the VirtualNodes and annotations',
    });
    expect(causeOf({ ...more, namespace: 'missing', region: 'eu-west-1' })).toEqual({
      kind: 'NamespaceNotFound',
      reason: 'Cloud Map namespace shop.local not found in this account and Region',
      advice:
        'Check the name (aws --region eu-west-1 servicediscovery list-namespaces), and cloudMap.region and cloudMap.roleArn in clusters.yml',
    });
  });

  it('is then what could not be read', () => {
    const permission = { action: 'servicediscovery:ListInstances' };
    const facts = { readFailures: [denied, { ...denied, what: 'b' }], serviceId: undefined };
    expect(causeOf(facts)).toEqual({
      kind: 'ReadFailed',
      reason: 'the instances could not be read: down',
      advice: 'Run explain again in a minute',
    });
    expect(causeOf({ readFailures: [{ ...denied, permission }] })).toEqual({
      kind: 'MissingPermission',
      reason: 'the instances could not be read: down',
      advice: 'Allow servicediscovery:ListInstances, then run explain again',
    });
  });
});

describe('a service that is not there', () => {
  const none = { serviceId: undefined, storedId: undefined, claims: [], instances: undefined, owners: [] };
  const reason = 'Cloud Map service shop.local/front not found, and no pod has a claim in it';

  it('was never created', () => {
    expect(causeOf(none)).toEqual({
      kind: 'ServiceNotFound',
      reason,
      advice:
        'Nothing: it is created for the first ready pod that is to be registered there; explain that pod',
    });
  });

  it('may be missing because clusters are drained', () => {
    expect(causeOf({ ...none, drains: drainOf('local') })).toMatchObject({
      kind: 'ServiceNotFound',
      reason: `${reason}; ${drainedText('local')}`,
    });
    expect(causeOf({ ...none, drains: drainOf('local', 'staging') })).toEqual({
      kind: 'ClusterDrained',
      reason: `${reason}; ${drainedText('local')}`,
      advice: endDrain('local'),
    });
  });

  it.each<readonly [Partial<ServiceFacts>, string, string]>([
    [
      { serviceId: undefined },
      'the stored service id is srv-1; Cloud Map has no service of that name',
      repair,
    ],
    [
      { serviceId: undefined, storedId: undefined },
      'the stored service id is unknown; Cloud Map has no service of that name',
      repair,
    ],
    [
      { serviceId: 'srv-2', claims: [] },
      'the stored service id is srv-1; Cloud Map has srv-2',
      'Nothing: the new id is stored when the next pod is registered',
    ],
  ])('was deleted: %j', (facts, expected, advice) => {
    expect(causeOf(facts)).toEqual({ kind: 'ServiceDeleted', reason: expected, advice });
  });

  it('was not deleted if no id is stored', () => {
    expect(causeOf({ storedId: undefined }).kind).toBe('InSync');
  });
});

describe('a service with an instance that does not match its claim', () => {
  const twoClaims = [
    aClaim({ instanceId: '10.0.0.8', operationId: 'op-8' }),
    aClaim({ instanceId: '10.0.0.9' }),
  ];

  it('has claims without an instance', () => {
    expect(causeOf({ claims: [aClaim(), ...twoClaims] })).toEqual({
      kind: 'InstanceMissing',
      reason:
        '2 claims without an instance in Cloud Map; the first is 10.0.0.8 of pod shop/front-1 of cluster local',
      advice: repair,
    });
    expect(causeOf({ claims: twoClaims, failedOperations: new Map([['op-8', 'no']]) }).reason).toMatch(
      /the first is 10\.0\.0\.8 of pod shop\/front-1 of cluster local: no$/,
    );
  });

  it('has an instance without a claim', () => {
    const instances = instancesOf({
      'web-1': {},
      '10.0.0.1': attributesOf('local'),
      b: attributesOf('staging'),
    });
    const sweep = (cluster: string) =>
      `Sweep the cluster: ${invokeCommand(production, 'sweep', { cluster })}`;
    expect(causeOf({ instances })).toEqual({
      kind: 'ClaimMissing',
      reason: 'instance b is ours (its attribute k8s.io/cluster is staging), but has no claim',
      advice: sweep('staging'),
    });
    expect(causeOf({ instances, claims: [] }).advice).toBe(sweep('local'));
  });

  it('has an instance that another program changes', () => {
    const underWay = { id: 'op-9', type: 'deregister', instanceId: '10.0.0.1' } as const;
    const entries = [entry('Missing')];
    const other = aClaim({ instanceId: '10.0.0.2', owner: { ...key, name: 'front-2', uid: 'uid-2' } });
    const instances = instancesOf({ '10.0.0.1': attributesOf('local'), '10.0.0.2': attributesOf('local') });
    expect(causeOf({ underWay, entries, instances, claims: [other, aClaim()] })).toEqual({
      kind: 'ExternalChange',
      reason:
        'operation op-9, which eks-mesh-sync did not start, deregisters instance 10.0.0.1; Cloud Map still lists the previous state',
      advice: `Find out in CloudTrail who started it, then register the pod again: ${resyncOf('front-1')}`,
    });
    expect(explainService(serviceFacts({ underWay })).underWay).toEqual(underWay);
    expect(causeOf({ underWay, claims: [aClaim(), other] }).kind).toBe('InstanceMissing');
    expect(causeOf({ underWay, drains: drainOf('staging') }).kind).toBe('ExternalChange');
    expect(causeOf({ underWay, drains: drainOf('local') }).kind).toBe('ClusterDrained');
    expect(causeOf({ underWay: { ...underWay, instanceId: 'web-1' } }).kind).toBe('InSync');
  });

  it('has nothing that is wrong if the cluster is drained', () => {
    const drains = drainOf('local');
    const reason = drainedText('local');
    expect(causeOf({ drains })).toEqual({
      kind: 'ClusterDrained',
      reason: `${reason}; still to be deregistered: 1 instance`,
      advice: endDrain('local'),
    });
    expect(causeOf({ drains, claims: [] }).kind).toBe('ClusterDrained');
    const gone = { drains, instances: new Map() };
    expect(causeOf(gone)).toEqual({ kind: 'ClusterDrained', reason, advice: endDrain('local') });
    const others = instancesOf({ a: attributesOf('staging'), b: {} });
    const claims = [aClaim(), aClaim({ instanceId: 'a', owner: { ...key, cluster: 'staging', uid: 'u' } })];
    expect(causeOf({ drains, instances: others, claims }).reason).toBe(reason);
    expect(causeOf({ drains: drainOf('staging') }).kind).toBe('InSync');
  });
});

describe('a service in sync', () => {
  const foreign = { instances: instancesOf({ '10.0.0.1': attributesOf('local'), a: {}, b: leftover }) };

  it('has ServiceEntries that are not', () => {
    const entries = [entry('UpToDate'), entry('Missing', 'staging')];
    expect(causeOf({ ...foreign, entries }).kind).toBe('ServiceEntryMissing');
    expect(causeOf({ entries, claims: [] }).kind).toBe('ClaimMissing');
  });

  it('has instances that the App Mesh controller left', () => {
    expect(causeOf(foreign)).toEqual({
      kind: 'LeftoverInstances',
      reason: 'the App Mesh controller left 1 instance; the first is b of pod shop/old-1',
      advice: 'Sweeps adopt those of live pods; deregister the others by hand if their pods are gone',
    });
  });

  it('has instances of others', () => {
    const instances = instancesOf({ '10.0.0.1': attributesOf('local'), a: {} });
    const reason = '1 of 2 instances are not managed by eks-mesh-sync and are not changed';
    expect(causeOf({ instances })).toEqual({
      ...{ kind: 'ForeignInstances', reason },
      advice: 'Nothing: foreign instances are not changed',
    });
    expect(causeOf({ instances, owners: [] })).toEqual({
      kind: 'ForeignInstances',
      reason: `${reason}; registering in such a service needs a tenancy rule`,
      advice: 'To register pods beside them, add a rule to tenancy of their cluster in clusters.yml',
    });
  });
});
