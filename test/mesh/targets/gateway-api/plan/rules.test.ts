import { describe, expect, it } from 'vitest';
import { References } from '../../../../../shared/mesh/plan/references/references.ts';
import type { Manifest } from '../../../harness/harness.ts';
import { aGateway, aGatewayRoute, aMesh, aNamespace, aNode, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { rulesOf } from '../harness.ts';

describe('the rules of a cluster whose target is the Gateway API', () => {
  it('are named after the target, the GatewayClass and the cluster', () => {
    const { name, title, claimant } = rulesOf('nginx');
    expect([name, title, claimant]).toEqual(['gateway-api', 'Gateway API (nginx)', 'local#gateway-api']);
  });

  it('name an object by its kind and its full name', () => {
    const resource = { group: '', kind: 'Service', namespace: 'apps', name: 'blue' };
    expect(rulesOf('nginx').nameOf(resource as never)).toBe('the Service "apps/blue"');
  });
});

/** The requests of the last object. */
function requested(gatewayClass: string, ...manifests: readonly Manifest[]) {
  const directory = directoryOf(aNamespace(), aMesh(), ...manifests);
  const entry = directory.entries.at(-1);
  if (entry?.content === undefined) throw new Error('expected a valid object');
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  return rulesOf(gatewayClass)
    .requestsOf(entry as never, place, directory)
    .map(({ key, resource, translate }) => {
      const references = new References(directory, entry, place.meshName);
      const { spec, ...more } = translate(references);
      const problems = references.problems.map(({ message }) => message);
      return { key, resource, spec, ...more, problems };
    });
}

describe('the requests of an object', () => {
  it('have the key, the spec and what the object refers to', () => {
    const service = aService('blue', 'node/blue', { awsName: 'blue.apps.svc' });
    expect(requested('istio', aNode('blue'), service)).toEqual([
      {
        key: 'HTTPRoute/apps/virtual-service-blue-8080',
        resource: {
          ...{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
          ...{ namespace: 'apps', name: 'virtual-service-blue-8080' },
        },
        spec: { spec: expect.objectContaining({ parentRefs: [expect.objectContaining({ name: 'blue' })] }) },
        ...{ dependsOn: [], refersTo: ['Service/apps/blue'], problems: [] },
      },
    ]);
  });

  it('of a virtual gateway refer to nothing', () => {
    expect(requested('istio', aGateway('entry')).map(({ key, refersTo }) => [key, refersTo])).toEqual([
      ['Gateway/apps/entry', []],
    ]);
  });

  it('of a gateway route refer to its Gateway, too', () => {
    const way = [
      aNode('blue'),
      aService('blue', 'node/blue'),
      aGateway('entry'),
      aGatewayRoute('way', 'blue'),
    ];
    expect(requested('istio', ...way).map(({ key, refersTo }) => [key, refersTo])).toEqual([
      ['HTTPRoute/apps/gateway-route-way-8088', ['Gateway/apps/entry', 'Service/apps/blue']],
    ]);
  });

  it('of VPC Lattice refer to the Gateway of the mesh', () => {
    const service = aService('blue', 'node/blue');
    expect(
      requested('amazon-vpc-lattice', aNode('blue'), service).map(({ key, refersTo }) => [key, refersTo]),
    ).toEqual([['HTTPRoute/apps/blue', ['Gateway/apps/shop', 'Service/apps/blue']]]);
  });

  it('are one without a spec, which states what is missing, if it is not known which objects it wants', () => {
    const service = aService('blue', 'node/none', { awsName: 'blue.apps.svc' });
    expect(requested('istio', service)).toEqual([
      {
        key: 'HTTPRoute/apps/blue',
        resource: {
          ...{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
          ...{ namespace: 'apps', name: 'blue' },
        },
        spec: { spec: {} },
        ...{ dependsOn: [], refersTo: [] },
        problems: ['spec.provider.virtualNode.virtualNodeRef: VirtualNode "apps/none" not found'],
      },
    ]);
  });

  it.each([
    ['amazon-vpc-lattice', 'VirtualGateway'],
    ['amazon-vpc-lattice', 'GatewayRoute'],
    ['nginx', 'VirtualService'],
  ])('of class %s for a %s are none', (gatewayClass, kind) => {
    const all = [
      aNode('blue'),
      aService('blue', 'node/blue'),
      aGateway('entry'),
      aGatewayRoute('way', 'blue'),
    ];
    const last = all.find((each) => each.kind === kind);
    const others = all.filter((each) => each.kind !== kind);
    expect(requested(gatewayClass, ...others, ...(last ? [last] : []))).toEqual([]);
  });
});
