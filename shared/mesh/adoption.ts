import { objectNameText } from '../model/mesh-claim.ts';
import type { DesiredResource } from './desired.ts';

/** Tag of every resource that this system made or took over: the cluster that keeps it. */
export const clusterTag = 'eks-mesh-sync/cluster';

/** Whom a resource belongs to that exists already and that no claim of ours speaks for. */
export type Ownership =
  | { readonly owner: 'ours' }
  | { readonly owner: 'adoptable' }
  | { readonly owner: 'other'; readonly keeper: string };

export interface Existing {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly resourceOwner: string;
  readonly meshOwner: string;
}

/**
 * Decision table:
 *   tag of ours    | marks of the old controller                         | adopt          | ownership
 *   this cluster   | any                                                 | any            | ours
 *   other cluster  | any                                                 | any            | other
 *   none           | any                                                 | none           | other
 *   none           | any                                                 | untagged       | adoptable
 *   none           | its ARN in the object's status, or the name made up | old-controller | adoptable
 *   none           | none                                                | old-controller | other
 * A route is as adoptable as its router: `parentIsOurs`. What another account made in a mesh is never ours; in a mesh
 * that is itself of another account, that is what the mesh's own account made.
 */
export function ownershipOf(
  { arn, tags, resourceOwner, meshOwner }: Existing,
  { marks, origin, resource }: DesiredResource,
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
  const tag = tags[clusterTag];
  if (tag === cluster) return { owner: 'ours' };
  if (tag !== undefined) return { owner: 'other', keeper: `cluster ${tag}` };
  const isInSharedMesh = resource.meshOwner !== undefined;
  if (isInSharedMesh === (resourceOwner === meshOwner))
    return { owner: 'other', keeper: `account ${resourceOwner}` };
  const isMarked = marks.statusArn === arn || marks.hasDefaultName;
  if (
    adopt === 'untagged' ||
    (adopt === 'old-controller' && (isMarked || (resource.kind === 'route' && parentIsOurs)))
  )
    return { owner: 'adoptable' };
  const expected =
    adopt === 'none'
      ? 'appMesh.adopt in clusters.yml is none'
      : `neither the status of ${objectNameText(origin)} nor its name says that the old controller made it; appMesh.adopt: untagged in clusters.yml takes it over`;
  return { owner: 'other', keeper: `somebody else (${expected})` };
}
