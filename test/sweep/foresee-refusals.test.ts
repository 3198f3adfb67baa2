import { describe, expect, it } from 'vitest';
import type { Pod } from '../../shared/model/pod.ts';
import type { CloudMapService, Tenant } from '../../shared/model/records/registration.ts';
import type { ServiceView } from '../../shared/model/service-view.ts';
import type { SweepDependencies } from '../../shared/ports/sweep-ports.ts';
import { foreseeRefusals } from '../../shared/sweep/foresee-refusals.ts';
import type { DriftInput } from '../../shared/sweep/plan/findings/drift-input.ts';
import { aNode } from '../explain/harness/pod-facts.ts';
import { aPod } from '../fakes/objects.ts';
import { claim, config, context } from './plan/drift.ts';

const back = aNode('back', {
  podSelector: { matchLabels: { app: 'back' } },
  serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'back' } },
});
const owner = (kubernetesNamespace: string, cluster = 'local'): Tenant => ({ cluster, kubernetesNamespace });
const service = (part: object = {}) =>
  ({
    id: 'srv-1',
    name: 'front',
    namespaceId: 'ns-1',
    namespaceKind: 'private-dns',
    ...part,
  }) as CloudMapService;
const podsOf = (...namespaces: readonly string[]) =>
  namespaces.map((namespace, index) => aPod({ namespace, name: `front-${index}`, ips: [`10.0.0.${index}`] }));
const leftover = (namespace: string, pod: string) => ({
  ...{ 'k8s.io/namespace': namespace, 'k8s.io/pod': pod },
  ...{ 'appmesh.k8s.aws/mesh': 'm', 'appmesh.k8s.aws/virtualNode': 'front_shop' },
});

interface Situation {
  readonly pods: readonly Pod[];
  readonly service?: CloudMapService;
  /** Of the service, as stored. */
  readonly owners?: readonly Tenant[];
  readonly claims?: readonly Parameters<typeof claim>[0][];
  readonly instances?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly tenancy?: typeof config.tenancy;
  /** Services that this system owns at present. */
  readonly owned?: readonly object[];
  readonly inScope?: DriftInput['inScope'];
}

function foreseen(situation: Situation) {
  const { pods, owners, claims = [], instances = {}, owned = [], inScope = () => true } = situation;
  const services = {
    find: async () => situation.service,
    owners: async () => owners && { owners, version: 1, sinceMs: 0 },
    ownedOf: async function* () {
      yield* owned;
    },
  };
  const ofCluster = { ...config, tenancy: situation.tenancy };
  const view = {
    claims: new Map(claims.map((changes, index) => [String(index), claim(changes)])),
    instances: new Map(Object.entries(instances).map(([id, attributes]) => [id, { attributes }])),
  };
  const hasView = claims.length > 0 || Object.keys(instances).length > 0;
  const input = {
    ...{ config: ofCluster, inScope },
    pods: new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod])),
    registrationContext: (namespace: string) => ({
      ...context,
      virtualNodes: [...context.virtualNodes, back].map((node) => ({ ...node, namespace })),
    }),
    services: new Map(hasView ? [['shop.local/front', view as unknown as ServiceView]] : []),
  };
  return foreseeRefusals(
    { services } as unknown as SweepDependencies,
    ofCluster,
    input as unknown as DriftInput,
  );
}

const refusal = (kubernetesNamespace: string, reason: string, pods = 1) => ({
  ...{ service: 'shop.local/front', kubernetesNamespace, pods, reason },
});
const several = (namespace: string) =>
  `several namespaces request it, and the first to register owns it, such as namespace ${namespace} of cluster local`;
const rule = (namespace: string, services = 'front') =>
  `{ kubernetesNamespaces: [${namespace}], cloudMapNamespaces: [shop.local], services: [${services}] }`;

describe('the refusals of a cluster without tenancy rules', () => {
  it.each<readonly [name: string, situation: Situation, refusals: readonly object[]]>([
    ['no pods', { pods: [] }, []],
    ['one namespace', { pods: podsOf('shop', 'shop') }, []],
    [
      'two namespaces, of which the first by name would own the service',
      { pods: podsOf('team', 'shop', 'team') },
      [refusal('team', several('shop'), 2)],
    ],
    [
      'pods that are not ready',
      { pods: [...podsOf('shop'), aPod({ namespace: 'team', conditions: { ContainersReady: 'False' } })] },
      [],
    ],
    [
      'pods out of scope',
      { pods: podsOf('shop', 'team'), inScope: ({ namespace }) => namespace === 'shop' },
      [],
    ],
    [
      'an owner with a claim, and another namespace',
      {
        ...{ pods: podsOf('shop', 'team'), service: service(), owners: [owner('team')] },
        claims: [{ owner: { cluster: 'local', namespace: 'team', name: 'x', uid: 'u' } }],
      },
      [refusal('shop', 'it is owned by namespace team of cluster local')],
    ],
    [
      'an owner whose service another program registered into',
      { pods: podsOf('shop'), service: service(), owners: [owner('shop')], instances: { 'i-1': {} } },
      [],
    ],
    [
      'two owners with claims',
      {
        pods: podsOf('shop'),
        service: service(),
        owners: [owner('a'), owner('b')],
        claims: ['a', 'b'].map((namespace) => ({
          owner: { cluster: 'local', namespace, name: 'x', uid: 'u' },
        })),
      },
      [refusal('shop', 'it is owned by namespace a of cluster local and namespace b of cluster local')],
    ],
    [
      'an owner that has nothing there any more',
      { pods: podsOf('shop', 'team'), service: service(), owners: [owner('gone')] },
      [refusal('team', 'it is owned by namespace shop of cluster local')],
    ],
    [
      'claims of another cluster in a service without owners',
      {
        pods: podsOf('shop'),
        service: service(),
        claims: [{ owner: { cluster: 'other', namespace: 'shop', name: 'x', uid: 'u' } }],
      },
      [refusal('shop', 'it is owned by namespace shop of cluster other')],
    ],
    [
      'an instance that another program registered',
      { pods: podsOf('shop'), service: service(), instances: { 'i-1': {} } },
      [refusal('shop', 'it contains foreign instances (i-1)')],
    ],
    [
      'an instance that the old controller left for a live pod',
      { pods: podsOf('shop', 'team'), service: service(), instances: { 'i-1': leftover('team', 'front-1') } },
      [refusal('shop', 'it is owned by namespace team of cluster local')],
    ],
    [
      'an instance that the old controller left for a pod that is gone',
      { pods: podsOf('shop', 'team'), service: service(), instances: { 'i-1': leftover('team', 'gone') } },
      [refusal('team', several('shop'))],
    ],
    [
      'a claim and an instance left by the old controller',
      {
        pods: podsOf('shop', 'team'),
        instances: { 'i-1': leftover('team', 'front-1') },
        claims: [{ owner: { cluster: 'local', namespace: 'team', name: 'x', uid: 'u' } }],
      },
      [refusal('shop', 'it is owned by namespace team of cluster local')],
    ],
  ])('with %s', async (_, situation, refusals) => {
    expect((await foreseen(situation)).refusals).toEqual(refusals);
  });

  it('are of each service on its own', async () => {
    const others = podsOf('team', 'shop').map((pod) => ({
      ...pod,
      name: `back-${pod.namespace}`,
      labels: { app: 'back' },
    }));
    expect((await foreseen({ pods: [...podsOf('team', 'shop'), ...others] })).refusals).toEqual([
      refusal('team', several('shop')),
      { ...refusal('team', several('shop')), service: 'shop.local/back' },
    ]);
  });

  it('are of all namespaces if another program manages the service', async () => {
    const managed = service({ managedBy: 'external-dns' });
    const { refusals } = await foreseen({ pods: podsOf('shop', 'team'), service: managed });
    const reason = expect.stringContaining('is managed by external-dns');
    expect(refusals).toEqual([refusal('shop', reason), refusal('team', reason)]);
  });
});

describe('the rules that would refuse nothing', () => {
  it('name each namespace with its services, and those that own services at present', async () => {
    const owned = [
      { namespaceName: 'shop.local', serviceName: 'old', owners: [owner('shop'), owner('x', 'other')] },
    ];
    expect((await foreseen({ pods: podsOf('team', 'shop'), owned })).tenancy).toBe(
      `tenancy: [${rule('shop', 'front, old')}, ${rule('team')}]`,
    );
  });

  it('are not given to a cluster that has rules, whose refusals are those of its rules', async () => {
    const tenancy = [{ kubernetesNamespaces: ['shop'], cloudMapNamespaces: ['*'], services: ['*'] }];
    const situation = { pods: podsOf('team', 'shop', 'team'), tenancy, owned: [{}] };
    expect(await foreseen(situation)).toStrictEqual({
      refusals: [
        refusal(
          'team',
          'no tenancy rule of cluster local lets namespace team register into shop.local/front',
          2,
        ),
      ],
    });
  });

  it.each([
    ['http', 1],
    ['private-dns', 0],
  ] as const)(
    'distinguish upper and lower case in a namespace of kind %s only',
    async (namespaceKind, count) => {
      const tenancy = [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'], services: ['FRONT'] }];
      const { refusals } = await foreseen({
        pods: podsOf('shop'),
        tenancy,
        service: service({ namespaceKind }),
      });
      expect(refusals).toHaveLength(count);
    },
  );
});
