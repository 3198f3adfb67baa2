import { envoyTarget } from '../../../mesh/targets/envoy/envoy-target.ts';
import { envoyRules } from '../../../mesh/targets/envoy/plan/rules.ts';
import type { Objects, Targets } from '../objects-targets.ts';

export const targets =
  (objects: Objects): Targets =>
  (cluster) =>
    envoyTarget({ cluster, rules: envoyRules, objects: objects(cluster) });
