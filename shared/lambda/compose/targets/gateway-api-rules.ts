export { gatewayApiRules as rules } from '../../../mesh/targets/gateway-api/plan/rules.ts';
