import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import { awsNameOf, defaultAwsName } from '../../../plan/directory.ts';
import type { Entry } from '../../../plan/entry.ts';

import type { AppMeshDesired } from './app-mesh-claim.ts';
import type { ResourceName } from './resource-name.ts';

/** Tag of every resource that this system created or adopted: the cluster that owns it. */
export const clusterTag = 'eks-mesh-sync/cluster';

/** The owner of an existing resource that has no claim of ours. */
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

/** Whether the old controller wrote an ARN to the object's status, or would have chosen its name. */
export function isMarked(entry: Entry): boolean {
  return entry.statusArn !== undefined || hasDefaultName(entry);
}

function hasDefaultName(entry: Entry): boolean {
  return entry.id.kind !== 'Mesh' && awsNameOf(entry) === defaultAwsName(entry.id);
}

/** The other account that created it: in our own mesh any other account, in a shared mesh the mesh's owner; undefined if ours. */
export function foreignAccount(
  { resourceOwner, meshOwner }: Pick<Existing, 'resourceOwner' | 'meshOwner'>,
  resource: ResourceName,
): string | undefined {
  const isInSharedMesh = resource.meshOwner !== undefined;
  return isInSharedMesh === (resourceOwner === meshOwner) ? resourceOwner : undefined;
}

/**
 * Decision table for resources that our own account created:
 *   tag of ours    | marks of the old controller                         | adopt          | ownership
 *   this cluster   | any                                                 | any            | ours
 *   other cluster  | any                                                 | any            | other
 *   none           | any                                                 | none           | other
 *   none           | any                                                 | untagged       | adoptable
 *   none           | its ARN in the object's status, or the default name | old-controller | adoptable
 *   none           | none                                                | old-controller | other
 * A route is adoptable if its router is ours (`parentIsOurs`). A resource of another account is never ours, whatever its
 * tag says: a cluster there may have the same name.
 */
export function ownershipOf(
  existing: Existing,
  { entry, sourceObject, resource }: AppMeshDesired,
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
  const isFromOldController = entry.statusArn === arn || hasDefaultName(entry);
  if (
    adopt === 'untagged' ||
    (adopt === 'old-controller' && (isFromOldController || (resource.kind === 'route' && parentIsOurs)))
  )
    return { kind: 'adoptable' };
  const expected =
    adopt === 'none'
      ? 'appMesh.adopt in clusters.yml is none'
      : `neither the status of ${objectNameText(sourceObject)} nor its name shows that the old controller created it; to adopt it, set appMesh.adopt: untagged in clusters.yml`;
  return { kind: 'other', owner: `an unknown owner (${expected})` };
}
