import { objectNameText } from '../../model/mesh-claim.ts';
import type { ResourceName } from '../../model/mesh-resource.ts';
import type { DesiredResource } from './desired.ts';

/** Tag of every resource that this system made or took over: the cluster that keeps it. */
export const clusterTag = 'eks-mesh-sync/cluster';

/** Whom a resource belongs to that exists already and that no claim of ours speaks for. */
export type Ownership =
  | { readonly kind: 'ours' }
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'other'; readonly owner: string };

export interface Existing {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly resourceOwner: string;
  readonly meshOwner: string;
}

/** Another account that made it: in our own mesh any but us, in one shared with us its owner; undefined where we did. */
export function foreignAccount(
  { resourceOwner, meshOwner }: Pick<Existing, 'resourceOwner' | 'meshOwner'>,
  resource: ResourceName,
): string | undefined {
  const isInSharedMesh = resource.meshOwner !== undefined;
  return isInSharedMesh === (resourceOwner === meshOwner) ? resourceOwner : undefined;
}

/**
 * Decision table, for what our own account made:
 *   tag of ours    | marks of the old controller                         | adopt          | ownership
 *   this cluster   | any                                                 | any            | ours
 *   other cluster  | any                                                 | any            | other
 *   none           | any                                                 | none           | other
 *   none           | any                                                 | untagged       | adoptable
 *   none           | its ARN in the object's status, or the name made up | old-controller | adoptable
 *   none           | none                                                | old-controller | other
 * A route is as adoptable as its router: `parentIsOurs`. What another account made is never ours, whatever its tag
 * says: a cluster there may have the name of this one.
 */
export function ownershipOf(
  existing: Existing,
  { marks, sourceObject, resource }: DesiredResource,
  {
    cluster,
    adopt,
    parentIsOurs,
  }: {
    readonly cluster: string;
    readonly adopt: 'old-controller' | 'untagged' | 'none';
    readonly parentIsOurs: boolean;
  },
): Ownership {
  const { arn, tags } = existing;
  const account = foreignAccount(existing, resource);
  if (account !== undefined) return { kind: 'other', owner: `account ${account}` };
  const tag = tags[clusterTag];
  if (tag === cluster) return { kind: 'ours' };
  if (tag !== undefined) return { kind: 'other', owner: `cluster ${tag}` };
  const isMarked = marks.statusArn === arn || marks.hasDefaultName;
  if (
    adopt === 'untagged' ||
    (adopt === 'old-controller' && (isMarked || (resource.kind === 'route' && parentIsOurs)))
  )
    return { kind: 'adoptable' };
  const expected =
    adopt === 'none'
      ? 'appMesh.adopt in clusters.yml is none'
      : `neither the status of ${objectNameText(sourceObject)} nor its name says that the old controller made it; appMesh.adopt: untagged in clusters.yml takes it over`;
  return { kind: 'other', owner: `somebody else (${expected})` };
}
