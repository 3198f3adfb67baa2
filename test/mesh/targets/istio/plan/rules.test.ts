import { describe, expect, it } from 'vitest';
import { isOfKind, type ValidEntry } from '../../../../../shared/mesh/plan/entry.ts';
import { References } from '../../../../../shared/mesh/plan/references/references.ts';
import {
  missingReferences,
  resolveReferences,
} from '../../../../../shared/mesh/targets/istio/plan/references.ts';
import { istioRules } from '../../../../../shared/mesh/targets/istio/plan/rules.ts';
import { clustersFile } from '../../../../../shared/model/cluster-config.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aBackendGroup,
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const [cluster] = clustersFile.parse({ clusters: [{ name: 'local', mesh: 'istio' }] }).clusters;
if (cluster === undefined) throw new Error('expected a cluster');
const rulesOf = () => istioRules(cluster);

/** The last of the objects, with what the rules have of it. */
function placed(...manifests: readonly Manifest[]) {
  const directory = directoryOf(aNamespace(), aMesh(), ...manifests);
  const entry = directory.entries.at(-1) as ValidEntry;
  if (entry?.content === undefined) throw new Error('expected a valid object');
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  const resolve = () => new References(directory, entry, place.meshName);
  return { directory, entry, place, resolve };
}
const messagesOf = ({ problems }: References) => problems.map(({ message }) => message);

describe('the rules of a cluster whose target is Istio', () => {
  it('are named after the target and the cluster', () => {
    const { name, title, claimant } = rulesOf();
    expect([name, title, claimant]).toEqual(['istio', 'Istio', 'local#istio']);
  });

  it('name an object by its kind and its full name', () => {
    const resource = { group: '', kind: 'Sidecar', namespace: 'apps', name: 'blue' };
    expect(rulesOf().nameOf(resource as never)).toBe('Sidecar "apps/blue" of Istio');
  });
});

describe('the requests of an object', () => {
  const requested = (...manifests: readonly Manifest[]) => {
    const { directory, entry, place, resolve } = placed(...manifests);
    const rules = rulesOf();
    const requests = rules.requestsOf(entry, place, directory).map(({ key, resource, translate }) => {
      const references = resolve();
      const { dependsOn } = translate(references);
      return { key, resource, dependsOn, problems: messagesOf(references) };
    });
    return { requests, isUndecided: rules.isUndecided?.(entry, place, directory) };
  };
  const resource = {
    group: 'networking.istio.io',
    kind: 'VirtualService',
    namespace: 'apps',
    name: 'orders',
  };

  it('have what must exist before, and no problem', () => {
    const { requests, isUndecided } = requested(aNode('blue'), aService('orders', 'node/blue'));
    expect(requests).toEqual([
      {
        key: 'VirtualService/apps/orders',
        resource,
        dependsOn: ['ServiceEntry/apps/orders-virtual-service'],
        problems: [],
      },
      {
        key: 'ServiceEntry/apps/orders-virtual-service',
        resource: { ...resource, kind: 'ServiceEntry', name: 'orders-virtual-service' },
        dependsOn: [],
        problems: [],
      },
    ]);
    expect(isUndecided).toBe(false);
  });

  it('state each what is missing, and which are wanted is not known', () => {
    const { requests, isUndecided } = requested(aService('orders', 'node/none'));
    const problems = ['spec.provider.virtualNode.virtualNodeRef: VirtualNode "apps/none" not found'];
    expect(requests.map((each) => each.problems)).toEqual([problems, problems]);
    expect(isUndecided).toBe(true);
  });

  it.each([
    ['a virtual router', aRouter('router', [aRoute('a', { blue: 1 })])],
    ['a backend group', aBackendGroup('all', [])],
  ])('are none for %s', (_, manifest) => {
    const { directory, entry, place } = placed(aNode('blue'), manifest);
    expect(rulesOf().requestsOf(entry, place, directory)).toEqual([]);
    expect(rulesOf().differencesOf?.(entry, place, directory)).toEqual([]);
  });

  it('are none for a virtual router, whose missing nodes are differences', () => {
    const { directory, entry, place } = placed(aRouter('router', [aRoute('a', { none: 1 })]));
    expect(rulesOf().differencesOf?.(entry, place, directory)).toEqual([
      {
        path: 'spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef',
        effect: 'refused',
        message: 'VirtualNode "apps/none" not found',
        instead: 'an object that exists',
      },
    ]);
  });
});

describe('the references that the objects of an object follow', () => {
  const target = 'httpRoute.action.weightedTargets[0].virtualNodeRef: VirtualNode "apps/none" not found';
  const router = aRouter('router', [aRoute('a', { none: 1 })]);
  const ofRouter = `VirtualRouter apps/router spec.routes[0].${target}`;
  const way = [aGateway('edge'), aGatewayRoute('r', 'orders')];

  it.each<readonly [what: string, manifests: readonly Manifest[], problems: readonly string[]]>([
    [
      'a virtual node are its own',
      [aNode('blue', backends('none'))],
      ['spec.backends[0].virtualService.virtualServiceRef: VirtualService "apps/none" not found'],
    ],
    ['a virtual router are its own', [router], [`spec.routes[0].${target}`]],
    ['a virtual service are those of its router', [router, aService('orders', 'router/router')], [ofRouter]],
    [
      'a virtual service are its own',
      [aService('orders', 'router/none')],
      ['spec.provider.virtualRouter.virtualRouterRef: VirtualRouter "apps/none" not found'],
    ],
    [
      'a gateway route are its own',
      way,
      [
        'spec.httpRoute.action.target.virtualService.virtualServiceRef: VirtualService "apps/orders" not found',
      ],
    ],
    [
      'a gateway route are those of its service',
      [aService('orders', 'node/none'), ...way],
      [
        'VirtualService apps/orders spec.provider.virtualNode.virtualNodeRef: VirtualNode "apps/none" not found',
      ],
    ],
    [
      'a gateway route are those of the router of its service',
      [router, aService('orders', 'router/router'), ...way],
      [ofRouter],
    ],
    ['a gateway are none', [aGateway('edge')], []],
  ])('of %s', (_, manifests, problems) => {
    const { directory, entry, place, resolve } = placed(...manifests);
    const references = resolve();
    resolveReferences(entry, directory, references);
    expect(messagesOf(references)).toEqual(problems);
    const missing = missingReferences(entry, place, directory);
    expect(missing.map((each) => each.join(': '))).toEqual(problems);
  });

  it('lead to each of those objects', () => {
    const { directory, entry, resolve } = placed(
      ...[aNode('blue'), aRouter('router', [aRoute('a', { blue: 1 })]), aService('orders', 'router/router')],
      ...way,
    );
    const references = resolve();
    resolveReferences(entry, directory, references);
    const names = [...references.referred].map(({ id }) => `${id.kind} ${id.name}`);
    expect(names.sort()).toEqual(['VirtualNode blue', 'VirtualRouter router', 'VirtualService orders']);
    expect(isOfKind(entry, 'GatewayRoute')).toBe(true);
  });
});
