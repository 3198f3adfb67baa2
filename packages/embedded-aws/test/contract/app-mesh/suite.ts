import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import type { Suite } from '../suite.ts';
import { gatewayCases } from './cases/gateways.ts';
import { meshCases } from './cases/meshes.ts';
import { nodeCases } from './cases/nodes.ts';
import { routerCases } from './cases/routers.ts';
import { serviceCases } from './cases/services.ts';
import { Harness } from './harness.ts';
import * as targets from './targets.ts';

/** What every App Mesh must do. */
export const suite: Suite<AppMeshClient, Harness> = {
  service: 'App Mesh',
  targets,
  cases: [...meshCases, ...nodeCases, ...routerCases, ...serviceCases, ...gatewayCases],
  harnessOf: (target) => new Harness(target),
};
