export { istioRules as rules } from '../../../mesh/targets/istio/plan/rules.ts';
