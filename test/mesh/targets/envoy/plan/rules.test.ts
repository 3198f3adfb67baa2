import { describe, expect, it } from 'vitest';
import { planMesh } from '../../../../../shared/mesh/plan/plan.ts';
import type { DesiredMesh } from '../../../../../shared/mesh/plan/resource.ts';
import type { MeshClaim } from '../../../../../shared/model/records/mesh-claim.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aMesh,
  aNamespace,
  aNode,
  anExample,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { contentIn, desiredEnvoys, rulesOfEnvoy } from '../desired-envoys.ts';

const ground = [aNamespace(), aMesh()];
const desiredOf = (...manifests: readonly Manifest[]) => desiredEnvoys(directoryOf(...manifests));
const cloudMap = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'color' } };
const inCloudMap = (name: string, labels: object = { app: name }) =>
  aNode(name, { serviceDiscovery: cloudMap, podSelector: { matchLabels: labels } });

function problemsOf({ objects }: DesiredMesh, name: string): readonly string[] {
  const plan = objects.find(({ entry }) => entry.id.name === name);
  return (plan?.problems ?? []).map(({ reason, message }) => `${reason} ${message}`);
}

/** As if all of it had been applied. */
function claimsOf({ resources }: DesiredMesh): Map<string, MeshClaim> {
  return new Map(
    [...resources].map(([key, { sourceObject, dependsOn, fingerprint, resource }]) => [
      key,
      {
        ...{ key, resource, sourceObject, dependsOn, fingerprint },
        ...{ phase: 'applied', id: key, version: 1, createdAtMs: 1, revision: 1 },
      } as MeshClaim,
    ]),
  );
}

describe('what is written for Envoy', () => {
  it('a virtual node says of which refused backends its proxies keep what they have', () => {
    const { objects } = desiredOf(
      ...ground,
      aNode('blue'),
      aNode('front', backends('cart', 'fine')),
      aService('cart', 'router/cart'),
      aService('fine', 'node/blue'),
      aRouter('cart', [aRoute('all', { blue: 1 }, { match: { path: { regex: '(?=a)' } } })]),
    );
    const front = objects.find(({ entry }) => entry.id.name === 'front');
    expect(front?.problems).toEqual([]);
    expect(front?.differences).toMatchObject([
      {
        effect: 'differs',
        path: 'spec.backends',
        message: expect.stringMatching(/^of "cart.apps" the proxies keep/),
      },
    ]);
  });

  it('each virtual node and gateway has a ConfigMap, and nothing else has one', () => {
    const { resources, objects } = desiredOf(...anExample());
    expect(objects.flatMap(({ problems }) => problems)).toEqual([]);
    expect([...resources.keys()].sort()).toEqual([
      'ConfigMap/apps/blue.virtual-node',
      'ConfigMap/apps/entry.virtual-gateway',
      'ConfigMap/apps/front.virtual-node',
      'ConfigMap/apps/green.virtual-node',
    ]);
  });

  it('a virtual node in Cloud Map with a podSelector has a Service without an address', () => {
    const desired = desiredOf(...ground, inCloudMap('blue', { app: 'color', color: 'blue' }));
    expect(contentIn(desired, 'Service/apps/blue-virtual-node')).toEqual({
      spec: {
        clusterIP: 'None',
        ipFamilyPolicy: 'PreferDualStack',
        selector: { app: 'color', color: 'blue' },
        ports: [{ name: 'port-8080', port: 8080 }],
      },
    });
  });

  it('a ConfigMap has the files that every proxy starts with', () => {
    const { data = {}, kept } = contentIn(desiredOf(...anExample()), 'ConfigMap/apps/front.virtual-node');
    expect(kept).toBeUndefined();
    expect(Object.keys(data)).toEqual(expect.arrayContaining(['bootstrap.json', 'lds.json', 'cds.json']));
    for (const text of Object.values(data)) expect(() => JSON.parse(text)).not.toThrow();
  });

  it('a virtual node with a missing backend gets no ConfigMap, and says why', () => {
    const desired = desiredOf(...ground, aNode('front', backends('cart')));
    expect(problemsOf(desired, 'front')).toEqual([
      'ReferenceMissing spec.backends[0].virtualService.virtualServiceRef: VirtualService "apps/cart" not found',
    ]);
    expect(desired.resources.size).toBe(0);
  });

  it('a router with a missing node says so itself, and no proxy is held up by it', () => {
    const desired = desiredOf(
      ...ground,
      aNode('front', backends('cart')),
      aService('cart', 'router/cart'),
      aRouter('cart', [aRoute('all', { blue: 1 })]),
    );
    expect(problemsOf(desired, 'cart')).toEqual([]);
    const [router] = desired.objects.filter(({ entry }) => entry.id.kind === 'VirtualRouter');
    expect(router?.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('VirtualNode "apps/blue" not found'),
    ]);
    expect(desired.resources.has('ConfigMap/apps/front.virtual-node')).toBe(true);
  });

  it('a name that leaves no room for that of its ConfigMap is refused', () => {
    const serviceDiscovery = { dns: { hostname: 'orders.apps' } };
    const desired = desiredOf(
      ...ground,
      aNode('n'.repeat(241), { serviceDiscovery }),
      aGateway('g'.repeat(237)),
    );
    expect(problemsOf(desired, 'n'.repeat(241))).toEqual([expect.stringContaining('more than 253')]);
    expect(problemsOf(desired, 'g'.repeat(237))).toEqual([]);
  });

  it('a configuration that is too large for a ConfigMap is a named refusal', () => {
    const { faultOf } = rulesOfEnvoy();
    const desired = desiredOf(...ground, aNode('front')).resources.get('ConfigMap/apps/front.virtual-node');
    if (desired === undefined) throw new Error('expected a ConfigMap');
    const ofSize = (bytes: number) =>
      faultOf?.({ ...desired, spec: { data: { 'cds.json': 'é'.repeat(bytes / 2) } } });
    expect(ofSize(900_000)).toBeNull();
    expect(ofSize(900_002)).toEqual({
      reason: 'QuotaExceeded',
      message: expect.stringMatching(/configuration has 900002 bytes \(cds\.json 900002\)/),
    });
  });
});

describe('the Services that a proxy resolves', () => {
  const mesh = (...nodes: readonly Manifest[]) => [
    ...ground,
    ...nodes,
    aNode('front', backends('cart')),
    aService('cart', 'node/blue'),
  ];
  const front = 'ConfigMap/apps/front.virtual-node';
  const service = 'Service/apps/blue-virtual-node';

  it('a Service that is refused does not hold up the proxies that use it', () => {
    const desired = desiredOf(...mesh(inCloudMap('blue')));
    expect(desired.resources.get(front)?.dependsOn).toEqual([service]);
    const inputsHash = desired.resources.get(service)?.inputsHash ?? '';
    const claim = claimsOf(desired).get(service);
    if (claim === undefined) throw new Error('expected a claim');
    const refused = {
      ...claim,
      id: undefined,
      refused: { inputsHash, reason: 'Refused', message: 'no' },
    } as MeshClaim;
    const plan = planMesh(
      desired,
      { claims: new Map([[service, refused]]), isGone: () => false },
      rulesOfEnvoy(),
    );
    expect(plan.steps.map(({ key, after }) => [key, after])).toContainEqual([front, []]);
    expect(plan.problems.has(front)).toBe(false);
  });

  it('a Service is deleted after the proxies that used it have changed', () => {
    const before = desiredOf(...mesh(inCloudMap('blue')));
    const after = desiredOf(...mesh(aNode('blue')).slice(0, -2), aNode('front', listenersOn('http/9090')));
    const plan = planMesh(after, { claims: claimsOf(before), isGone: () => false }, rulesOfEnvoy());
    const release = plan.steps.find(({ key }) => key === service);
    expect([release?.do, release?.after]).toEqual(['release', [front]]);
  });
});
