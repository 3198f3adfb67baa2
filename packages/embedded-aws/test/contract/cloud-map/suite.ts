import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { Suite } from '../suite.ts';
import { discoverCases } from './cases/discover.ts';
import { instanceCases } from './cases/instances.ts';
import { namespaceCases } from './cases/namespaces.ts';
import { serviceCases } from './cases/services.ts';
import { Kit } from './kit.ts';
import * as targets from './targets.ts';

/** What every Cloud Map must do. */
export const suite: Suite<ServiceDiscoveryClient, Kit> = {
  service: 'Cloud Map',
  targets,
  cases: [...namespaceCases, ...serviceCases, ...instanceCases, ...discoverCases],
  kitOf: (target) => new Kit(target),
};
