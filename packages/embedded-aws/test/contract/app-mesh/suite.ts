import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import type { Suite } from '../suite.ts';
import { gatewayCases } from './cases/gateways.ts';
import { meshCases } from './cases/meshes.ts';
import { nodeCases } from './cases/nodes.ts';
import { routerCases } from './cases/routers.ts';
import { serviceCases } from './cases/services.ts';
import { Kit } from './kit.ts';
import * as targets from './targets.ts';

/** What every App Mesh must do. */
export const suite: Suite<AppMeshClient, Kit> = {
  service: 'App Mesh',
  targets,
  cases: [...meshCases, ...nodeCases, ...routerCases, ...serviceCases, ...gatewayCases],
  kitOf: (target) => new Kit(target),
};
