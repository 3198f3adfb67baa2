import type { MeshClaim, ObjectName } from '../../model/records/mesh-claim.ts';
import type { MeshStatus } from '../../model/records/mesh-status.ts';
import type { Directory, Place } from './directory.ts';
import type { Entry, ValidEntry } from './entry.ts';
import type { Problem } from './problem.ts';
import type { DesiredResource, Difference, ResourceRequest } from './resource.ts';
import type { Prepare } from './steps.ts';

/**
 * What a plan needs to know of a mesh target. Pure. The plan itself knows objects, their meshes, their references, claims
 * and steps; the target knows its resources. `Claim`: the target's claims, with the fields that it adds to them.
 */
export interface TargetRules<Claim extends MeshClaim = MeshClaim> {
  /** As in clusters.yml: `app-mesh`. */
  readonly name: string;
  /** In messages: `App Mesh`. */
  readonly title: string;
  /**
   * The cluster, and where the target is, as text: a cluster whose target is elsewhere now has no claims there, so that no
   * resource in the new place is mistaken for one in the former.
   */
  readonly claimant: string;
  /** The resources that a valid object wants, its own first. */
  requestsOf(
    entry: ValidEntry,
    place: Place,
    directory: Directory,
  ): readonly ResourceRequest<Claim['resource']>[];
  /** Differences of a valid object that none of its own resources states, since it has none, or has no room for the field. */
  differencesOf?(entry: ValidEntry, place: Place, directory: Directory): readonly Difference[];
  /** Whether it is not known which resources the object wants: then none of its resources is deleted. */
  isUndecided?(entry: ValidEntry, place: Place, directory: Directory): boolean;
  /** In a message, if two objects want the same resource: `the name "blue" in mesh "shop"`. */
  nameOf(resource: Claim['resource']): string;

  /** Whether the object shows that an existing resource of its name was made for it, before this system. */
  isMarked?(entry: Entry): boolean;
  /** The key of the resource that this one is a part of: if that has to stay, its parts stay. */
  partOf?(resource: Claim['resource']): string | undefined;
  /** Why the target would refuse the spec, if that is known before the call. */
  faultOf?(desired: DesiredResource<Claim['resource']>): Problem | null;
  /** By key, the resources that there is no place for, counting the claims. */
  overQuota?(
    creations: readonly DesiredResource<Claim['resource']>[],
    claims: readonly Claim[],
  ): ReadonlyMap<string, Problem>;
  /** Whether resources are applied without this dependency of theirs; it is only released after them. */
  worksWithout?(key: string): boolean;
  /** Whether parts of what was applied before stay in the resource: then what these refer to stays, too. */
  keepsReferences?(desired: DesiredResource<Claim['resource']>): boolean;
  /** Whether the claim of an applied resource records all that the target will need. */
  isRecorded?(desired: DesiredResource<Claim['resource']>, claim: Claim): boolean;
  /** The order among the changes of a run, beyond "dependencies first". */
  orderOf?(changes: Changes<Claim>): StepOrder;
  /** The fields of the object's status, beside its condition. `claims`: on its resources, its own first. */
  statusFields?(
    object: ObjectName,
    claims: readonly (Claim | undefined)[],
  ): Pick<MeshStatus, 'arn' | 'routeArns'>;
}

/** What a run is about to change. */
export interface Changes<Claim extends MeshClaim = MeshClaim> {
  /** All resources that the objects want. */
  readonly wanted: ReadonlyMap<string, DesiredResource<Claim['resource']>>;
  /** Those that will be created or updated. */
  readonly ensured: ReadonlyMap<string, DesiredResource<Claim['resource']>>;
  /** Why others will not. */
  readonly problems: ReadonlyMap<string, Problem>;
  readonly released: ReadonlyMap<string, Claim>;
  readonly claims: ReadonlyMap<string, Claim>;
}

export interface StepOrder {
  /** Resources that cannot be changed in this run after all. */
  readonly blocked: ReadonlyMap<string, Problem>;
  readonly preparations: readonly Prepare[];
  /** Of the step that ensures the resource of this key. */
  readonly of: (key: string) => {
    /** Steps that come first, besides those of its dependencies. */
    readonly after: readonly string[];
    /** Dependencies whose steps need not come first. */
    readonly notAfter: readonly string[];
    /** Steps that must have succeeded. */
    readonly awaits: readonly string[];
  };
}
