import { describe, expect, it } from 'vitest';
import type { PodRecord } from '../../../shared/model/records/pod-record.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import type { ClusterFacts, ServiceFacts } from '../../../shared/report/plan/facts.ts';
import { podFactsOf } from '../../../shared/report/plan/pod-facts.ts';
import { aClaim, aConfig, aNode, aRecord } from '../../explain/harness/pod-facts.ts';
import { aCluster, aService, byKey, reportFacts } from './harness.ts';
import { directoryOf, node, object } from './mesh/harness.ts';

const context = { virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} };

interface Given {
  readonly service?: Partial<ServiceFacts> | null;
  readonly cluster?: Partial<ClusterFacts>;
  readonly found?: PodRecord;
}

/** Facts about the usual pod, whose service exists and has nothing of it. */
function factsOf({ service = {}, cluster = {}, found }: Given = {}) {
  const all = byKey(service === null ? [] : [aService('front', service)]);
  const given = aCluster({ registrationContext: () => context, ...cluster });
  return podFactsOf(reportFacts([given], { services: all }), given, aRecord(), () => found);
}
const instanceOf = (given: Given) => factsOf(given).instances[0];
const claimsOf = (claim: Claim) => ({ claims: new Map([['10.0.0.1', claim]]) });
const listed = (attributes: Readonly<Record<string, string>>, health?: string) => ({
  instances: new Map([['10.0.0.1', { attributes, ...(health !== undefined && { health }) }]]),
});
const other = { cluster: 'local', namespace: 'shop', name: 'front-2', uid: 'uid-2' };

describe('the facts about a pod', () => {
  it('are those of one pod that was observed', () => {
    expect(factsOf()).toMatchObject({
      ...{ key: { cluster: 'local', namespace: 'shop', name: 'front-1' }, seen: 'yes', readFailures: [] },
    });
  });

  it('have no instances if it is not known what selects the pod', () => {
    expect(factsOf({ cluster: { registrationContext: undefined } }).instances).toEqual([]);
  });

  it('have the dead-lettered messages about it and about virtual nodes of its namespace', () => {
    const letter = (kind: string, namespace: string, name: string) =>
      ({ kind, namespace, name }) as ClusterFacts['deadLetters'][number];
    const own = [letter('Pod', 'shop', 'front-1'), letter('VirtualNode', 'shop', 'x')];
    const others = [
      letter('Pod', 'shop', 'x'),
      letter('Pod', 'pay', 'front-1'),
      letter('VirtualNode', 'pay', 'x'),
      letter('Mesh', 'shop', 'front-1'),
    ];
    expect(factsOf({ cluster: { deadLetters: [...others, ...own] } }).deadLetters).toEqual(own);
  });

  it('have the virtual nodes of its namespace that are invalid', () => {
    const directory = directoryOf(
      ...[node('valid'), node('bad', { listeners: 'none' }), node('far', { listeners: 'none' }, 'apps')],
      object('VirtualRouter', 'worse', { listeners: 'none' }),
    );
    const { invalidNodes } = factsOf({ cluster: { directory } });
    expect(invalidNodes).toEqual([{ name: 'bad', fault: expect.stringContaining('listeners') }]);
    expect(factsOf().invalidNodes).toEqual([]);
  });
});

describe('the facts about an instance of a pod', () => {
  it('are what was read of its service', () => {
    expect(instanceOf({})).toMatchObject({
      ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', namespace: 'http' },
      ...{ serviceId: 'srv-1', serviceIsGone: false, hasCustomHealthCheck: true, claim: null, actual: null },
      ...{ discovered: null, holder: undefined, serviceRefusal: undefined, tenancyRefusal: null },
    });
    expect(instanceOf({})).not.toHaveProperty('ownership');
  });

  it('are undefined as far as nothing was read', () => {
    const unread = {
      serviceId: undefined,
      serviceIsGone: false,
      claim: undefined,
      actual: undefined,
      discovered: undefined,
    };
    expect(instanceOf({ service: null })).toMatchObject({ ...unread, hasCustomHealthCheck: undefined });
    const unlisted = { claims: undefined, instances: undefined };
    expect(instanceOf({ service: unlisted })).toMatchObject({ ...unread, serviceId: 'srv-1' });
    expect(instanceOf({ service: { service: undefined, isGone: true } })).toMatchObject({
      ...{ serviceIsGone: true, serviceId: undefined, namespace: undefined },
    });
  });

  it.each([
    [[{ name: '*', create: { kind: 'http' } }], true],
    [[{ name: 'shop.local' }], false],
    [[{ name: 'other', create: { kind: 'http' } }], false],
  ] as const)('say whether its namespace may be created: %j', (namespaces, mayCreateNamespace) => {
    const config = aConfig({ namespaces });
    expect(instanceOf({ cluster: { config } })).toMatchObject({ mayCreateNamespace });
  });

  it('say why it may not use the service', () => {
    const tenancy = [{ kubernetesNamespaces: ['pay'], cloudMapNamespaces: ['*'], services: ['*'] }];
    const config = { ...aConfig(), tenancy };
    const service = { ...aService('front').service, managedBy: 'external-dns' } as NonNullable<
      ServiceFacts['service']
    >;
    expect(instanceOf({ cluster: { config }, service: { service } })).toMatchObject({
      tenancyRefusal: 'no tenancy rule of cluster local lets namespace shop register into shop.local/front',
      serviceRefusal: expect.stringContaining('is managed by external-dns'),
    });
  });

  it.each<readonly [name: string, service: Partial<ServiceFacts>, ownership: string | undefined]>([
    ['that it registered', { ...claimsOf(aClaim()), ...listed({}) }, 'ours'],
    [
      'whose registration is running',
      { ...claimsOf(aClaim({ phase: 'claimed' })), ...listed({}) },
      'foreign',
    ],
    ['that another pod registered', { ...claimsOf(aClaim({ owner: other })), ...listed({}) }, 'foreign'],
    [
      'that a former pod of its name registered',
      { ...claimsOf(aClaim({ owner: { ...other, name: 'front-1' } })), ...listed({}) },
      'foreign',
    ],
    ['without a claim', listed({}), 'foreign'],
    ['that does not exist', claimsOf(aClaim()), undefined],
  ])('say who has one %s', (_, service, ownership) => {
    expect(instanceOf({ service })?.ownership?.kind).toBe(ownership);
  });

  it('have its health', () => {
    expect(instanceOf({ service: listed({ a: 'b' }, 'UNHEALTHY') })).toMatchObject({
      ...{ actual: { a: 'b' }, discovered: { health: 'UNHEALTHY' } },
    });
    expect(instanceOf({ service: listed({}) })?.discovered).toEqual({ health: undefined });
  });

  it.each<readonly [name: string, found: PodRecord | undefined, holder: string]>([
    ['lives', aRecord({ uid: 'uid-2' }), 'alive'],
    ['is not known', undefined, 'not observed'],
    ['is deleted', aRecord({ uid: 'uid-2' }, { deleted: true }), 'deleted'],
    ['was replaced', aRecord({ uid: 'uid-3' }), 'replaced'],
    ['terminates', aRecord({ uid: 'uid-2', terminating: true }), 'terminating'],
  ])('say that the pod that has the claim %s', (_, found, holder) => {
    const service = claimsOf(aClaim({ owner: other }));
    expect(instanceOf({ service, ...(found && { found }) })?.holder).toBe(holder);
  });

  it.each([
    ['another cluster', { ...other, name: 'front-1', cluster: 'staging' }, 'not observed'],
    ['another namespace', { ...other, name: 'front-1', namespace: 'pay' }, 'not observed'],
    ['the pod itself', { ...other, name: 'front-1' }, undefined],
  ])('name the holder of a claim of %s', (_, owner, holder) => {
    expect(instanceOf({ service: claimsOf(aClaim({ owner })) })?.holder).toBe(holder);
  });
});
