import { versions } from '../../../mesh/targets/gateway-api/plan/object-name.ts';
import { gatewayApiRules } from '../../../mesh/targets/gateway-api/plan/rules.ts';
import { objectsTargets } from '../objects-targets.ts';

export const targets = objectsTargets(gatewayApiRules, versions);
