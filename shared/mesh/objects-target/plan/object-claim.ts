import type { MeshClaim } from '../../../model/records/mesh-claim.ts';
import type { ObjectResource } from '../../plan/object-resource.ts';
import type { DesiredResource } from '../../plan/resource.ts';
import type { Ensure } from '../../plan/steps.ts';

/** A claim on an object of the cluster. Its id is the uid. */
export interface ObjectClaim extends MeshClaim {
  readonly resource: ObjectResource;
  /** All objects of which the object may bear the mark, if there are several: one wanted it after another. */
  readonly sources?: readonly string[] | undefined;
}

export type ObjectDesired = DesiredResource<ObjectResource>;
export type ObjectEnsure = Ensure<ObjectClaim>;

/** The spec of a desired object: what is applied beside its name and the marks of ownership. */
export interface ObjectContent {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>> | undefined;
}
