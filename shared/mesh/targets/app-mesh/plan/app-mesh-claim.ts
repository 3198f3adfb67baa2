import type { MeshClaim } from '../../../../model/records/mesh-claim.ts';
import type { DesiredResource } from '../../../plan/resource.ts';
import type { Ensure, Prepare } from '../../../plan/steps.ts';
import type { ListenerAlternatives, MeshListener } from './mesh-listener.ts';
import type { ResourceName } from './resource-name.ts';

/** A claim on an App Mesh resource. Its id is the ARN; only of meshes an owner is known. */
export interface AppMeshClaim extends MeshClaim {
  readonly resource: ResourceName;
  /** Of virtual routers and routes: the listeners it has or requires; absent if not known. */
  readonly listeners?: ListenerAlternatives | undefined;
  /** From AWS's answer to the last change: another version or creation time shows that somebody else changed it since. */
  readonly version?: number | undefined;
  readonly createdAtMs?: number | undefined;
}

export type AppMeshDesired = DesiredResource<ResourceName>;
export type AppMeshEnsure = Ensure<AppMeshClaim>;

/** Delete a route that cannot be updated in place; it is recreated once its router has been updated. */
export interface Withdraw extends Prepare<AppMeshClaim> {
  /** The router's new listeners. */
  readonly listeners: readonly MeshListener[];
}
