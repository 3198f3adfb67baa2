import { describe, expect, it } from 'vitest';
import { gatewayRouteSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/gateway-route.ts';
import { routeSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/route.ts';
import { virtualRouterSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-router.ts';
import { virtualServiceSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-service.ts';
import { gatewayRouteSpec } from '../../../../../shared/model/mesh/kinds/gateway-route.ts';
import { virtualRouterSpec } from '../../../../../shared/model/mesh/kinds/virtual-router.ts';
import { virtualServiceSpec } from '../../../../../shared/model/mesh/kinds/virtual-service.ts';
import { aResolver } from './harness.ts';
import { missingManifests, readManifests } from './manifests.ts';

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;
const objects = missingManifests === undefined ? readManifests().flatMap((manifest) => manifest.objects) : [];
const specsOf = (wanted: string) =>
  objects
    .filter(({ kind }) => kind === wanted)
    .map(({ metadata, spec = {} }) => [metadata.name, spec] as const);

const named = ({ name, namespace = 'shop' }: { name: string; namespace?: string }, sign = '_') =>
  `${name}${sign}${namespace}`;

/** What a manifest says, with a name for every reference, as App Mesh has it. */
function asSaid(manifest: unknown): unknown {
  const text = JSON.stringify(manifest, (_, part) => {
    const { virtualNodeRef, virtualRouterRef, virtualServiceRef, ...rest } = Object(part);
    if (virtualNodeRef && 'weight' in rest) return { virtualNode: named(virtualNodeRef), ...rest };
    if (virtualNodeRef) return { virtualNodeName: named(virtualNodeRef) };
    if (virtualRouterRef) return { virtualRouterName: named(virtualRouterRef) };
    return virtualServiceRef ? { virtualServiceName: named(virtualServiceRef, '.') } : part;
  });
  return JSON.parse(text);
}

describe.skipIf(missingManifests !== undefined)(`routing that people run${reason}`, () => {
  it('the folder has some routing of each kind', () => {
    const counts = ['VirtualRouter', 'GatewayRoute', 'VirtualService'].map((kind) => specsOf(kind).length);
    expect(counts.filter((count) => count < 5)).toEqual([]);
  });

  it.each(specsOf('VirtualRouter'))('VirtualRouter %s', (_, said) => {
    const spec = virtualRouterSpec.parse(said);
    const { listeners, routes = [] } = said;
    expect(virtualRouterSpecInput(spec)).toEqual({ listeners });
    expect(
      (spec.routes ?? []).map((route) => ({ name: route.name, ...routeSpecInput(route, aResolver(), '') })),
    ).toEqual(asSaid(routes));
  });

  it.each(specsOf('GatewayRoute'))('GatewayRoute %s', (_, said) => {
    expect(gatewayRouteSpecInput(gatewayRouteSpec.parse(said), aResolver())).toEqual(asSaid(said));
  });

  it.each(specsOf('VirtualService'))('VirtualService %s', (_, said) => {
    const { awsName, ...rest } = said;
    expect(virtualServiceSpecInput(virtualServiceSpec.parse(said), aResolver())).toEqual(asSaid(rest));
  });
});
