import * as z from 'zod/mini';
import type { ClusterObject, MeshKind } from '../../model/kubernetes.ts';
import { arnFields } from '../../model/kubernetes.ts';
import { strictLabelSelector } from '../../model/mesh/label-selector.ts';
import type { MeshContent } from '../../model/mesh/object.ts';
import { meshContentOf } from '../../model/mesh/object.ts';
import { awsName } from '../../model/mesh/references.ts';
import type { ObjectName } from '../../model/mesh-claim.ts';

/** One live mesh object as the mesh target sees it. */
export interface Entry {
  readonly id: ObjectName;
  readonly uid: string;
  readonly generation: number | undefined;
  readonly createdAt: string;
  /** Deleted in the cluster, where a finalizer keeps it. */
  readonly isTerminating: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** What the object's status says its resource is, by us or by the old controller. */
  readonly statusArn: string | undefined;
  /** Kept apart from the content, since others may refer to an object that is at fault. */
  readonly awsName: string | undefined;
  readonly meshRef: string | undefined;
  /** Likewise, of a mesh and a gateway: a fault elsewhere in them is no reason to let their members go. */
  readonly membership: Membership | undefined;
  readonly content: MeshContent | undefined;
  /** Why there is no content: a line a fault. */
  readonly fault: string | undefined;
}

const membership = z.object({
  /** The members' names begin with it, so it must be sound as well. */
  awsName,
  namespaceSelector: z.nullish(strictLabelSelector),
  gatewayRouteSelector: z.nullish(strictLabelSelector),
  meshOwner: z.nullish(z.string()),
});
/** By which others belong to a mesh or a gateway. */
export type Membership = z.output<typeof membership>;

export type EntryOf<Kind extends MeshKind> = Entry & {
  readonly content: Extract<MeshContent, { readonly kind: Kind }>;
};

/** `fault`: of a later version of the object that could not even be stored. */
export function entryOf(object: ClusterObject, fault?: string): Entry {
  const { kind, metadata, spec = {}, status = {} } = object;
  const checked = fault === undefined ? meshContentOf(object) : { fault };
  const statusArn = Object.entries(status).find(([field]) => field === arnFields[kind as MeshKind])?.[1];
  return {
    id: { kind: kind as MeshKind, namespace: metadata.namespace ?? '', name: metadata.name },
    uid: metadata.uid,
    generation: metadata.generation,
    createdAt: metadata.creationTimestamp,
    isTerminating: metadata.deletionTimestamp !== undefined,
    labels: metadata.labels ?? {},
    statusArn,
    awsName: textOf(spec.awsName),
    meshRef: textOf((spec.meshRef as { name?: unknown } | null | undefined)?.name),
    membership: object.spec && membership.safeParse(spec).data,
    content: 'content' in checked ? checked.content : undefined,
    fault: 'fault' in checked ? checked.fault : undefined,
  };
}

export function isOfKind<Kind extends MeshKind>(entry: Entry, kind: Kind): entry is EntryOf<Kind> {
  return entry.content?.kind === kind;
}

/** An empty name is none. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
