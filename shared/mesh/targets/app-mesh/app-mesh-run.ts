import type { ClusterConfig } from '../../../model/cluster-config.ts';
import type { MeshRun } from '../../mesh-run.ts';
import type { AppMesh } from './api.ts';
import type { AppMeshClaim } from './plan/app-mesh-claim.ts';

export type AppMeshConfig = NonNullable<ClusterConfig['appMesh']>;

/** A run of which the steps call App Mesh. */
export interface AppMeshRun {
  readonly run: MeshRun<AppMeshClaim>;
  readonly api: AppMesh;
  readonly adopt: AppMeshConfig['adopt'];
}
