export { AppMesh } from './app-mesh/app-mesh.ts';
export { appMeshService } from './app-mesh-service.ts';
export { type CloudOptions, type EmbeddedCloud, startCloud } from './cloud.ts';
export { CloudMap } from './cloud-map/cloud-map.ts';
export { cloudMapService } from './cloud-map-service.ts';
export { route53Service } from './route-53/service.ts';
export type * from './topology.ts';
