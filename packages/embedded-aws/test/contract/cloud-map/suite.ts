import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { Suite } from '../suite.ts';
import { discoverCases } from './cases/discover.ts';
import { instanceCases } from './cases/instances.ts';
import { namespaceCases } from './cases/namespaces.ts';
import { serviceCases } from './cases/services.ts';
import { Harness } from './harness.ts';
import * as targets from './targets.ts';

/** What every Cloud Map must do. */
export const suite: Suite<ServiceDiscoveryClient, Harness> = {
  service: 'Cloud Map',
  targets,
  cases: [...namespaceCases, ...serviceCases, ...instanceCases, ...discoverCases],
  harnessOf: (target) => new Harness(target),
};
