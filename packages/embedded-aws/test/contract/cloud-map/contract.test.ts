import { contractSuite } from '../suite.ts';
import { discoverCases } from './cases/discover.ts';
import { instanceCases } from './cases/instances.ts';
import { namespaceCases } from './cases/namespaces.ts';
import { serviceCases } from './cases/services.ts';
import { Kit } from './kit.ts';
import * as targets from './targets.ts';

contractSuite({
  service: 'Cloud Map',
  targets,
  cases: [...namespaceCases, ...serviceCases, ...instanceCases, ...discoverCases],
  kitOf: (target) => new Kit(target),
});
