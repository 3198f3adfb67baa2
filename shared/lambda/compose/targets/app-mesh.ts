export { appMeshTargets as targets } from '../../../mesh/targets/app-mesh/adapter/app-mesh-targets.ts';
