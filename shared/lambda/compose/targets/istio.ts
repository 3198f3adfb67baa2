import { istioVersions } from '../../../mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../../../mesh/targets/istio/plan/rules.ts';
import { objectsTargets } from '../objects-targets.ts';

export const targets = objectsTargets(istioRules, istioVersions);
