export { appMeshRules as rules } from '../../../mesh/targets/app-mesh/plan/rules.ts';
