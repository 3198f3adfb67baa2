export { envoyRules as rules } from '../../../mesh/targets/envoy/plan/rules.ts';
