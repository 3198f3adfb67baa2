import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { meshSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/mesh.ts';
import { virtualGatewaySpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-node.ts';
import { backendGroupSpec } from '../../../../../shared/model/mesh/kinds/backend-group.ts';
import { gatewayRouteSpec } from '../../../../../shared/model/mesh/kinds/gateway-route.ts';
import { meshSpec } from '../../../../../shared/model/mesh/kinds/mesh.ts';
import { virtualGatewaySpec } from '../../../../../shared/model/mesh/kinds/virtual-gateway.ts';
import { virtualNodeSpec } from '../../../../../shared/model/mesh/kinds/virtual-node.ts';
import { virtualRouterSpec } from '../../../../../shared/model/mesh/kinds/virtual-router.ts';
import { virtualServiceSpec } from '../../../../../shared/model/mesh/kinds/virtual-service.ts';
import { faultsOf } from '../../../../model/mesh/specs.ts';
import { aResolver } from './harness.ts';
import { missingManifests, readManifests } from './manifests.ts';

const schemas: Readonly<Record<string, z.ZodMiniType>> = {
  Mesh: meshSpec,
  VirtualNode: virtualNodeSpec,
  VirtualService: virtualServiceSpec,
  VirtualRouter: virtualRouterSpec,
  VirtualGateway: virtualGatewaySpec,
  GatewayRoute: gatewayRouteSpec,
  BackendGroup: backendGroupSpec,
};

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;
const manifests = missingManifests === undefined ? readManifests() : [];

describe.skipIf(missingManifests !== undefined)(`manifests that people run${reason}`, () => {
  it('manifests are found in the folder of manifests', () => {
    expect(new Set(manifests.flatMap(({ objects }) => objects.map(({ kind }) => kind)))).toEqual(
      new Set(['Mesh', 'VirtualNode', 'VirtualService', 'VirtualRouter', 'VirtualGateway', 'GatewayRoute']),
    );
  });

  it.each(manifests)('the manifests in $file are valid', ({ objects }) => {
    const faults = objects.map(({ kind, metadata, spec = {} }) => {
      const schema = schemas[kind];
      return [`${kind} ${metadata.name}`, schema ? faultsOf(schema, spec) : 'is of no known kind'];
    });
    expect(faults.filter(([, fault]) => fault !== '')).toEqual([]);
  });

  it.each(manifests)('the manifests in $file keep in App Mesh what they say', ({ objects }) => {
    for (const { kind, spec = {} } of objects) {
      if (kind === 'VirtualNode') {
        const { listeners, serviceDiscovery, logging } = spec;
        const said = JSON.parse(JSON.stringify({ listeners, serviceDiscovery, logging }));
        expect(virtualNodeSpecInput(virtualNodeSpec.parse(spec), aResolver())).toMatchObject(said);
      }
      if (kind === 'VirtualGateway') {
        const { listeners } = spec;
        expect(virtualGatewaySpecInput(virtualGatewaySpec.parse(spec))).toMatchObject({ listeners });
      }
      if (kind === 'Mesh') {
        const { egressFilter } = spec;
        expect(meshSpecInput(meshSpec.parse(spec))).toEqual(egressFilter ? { egressFilter } : {});
      }
    }
  });
});
