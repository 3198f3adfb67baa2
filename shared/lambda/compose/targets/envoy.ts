import { envoyVersions } from '../../../mesh/targets/envoy/plan/kinds.ts';
import { envoyRules } from '../../../mesh/targets/envoy/plan/rules.ts';
import { objectsTargets } from '../objects-targets.ts';

export const targets = objectsTargets(envoyRules, envoyVersions);
