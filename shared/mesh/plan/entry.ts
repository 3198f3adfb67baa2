import * as z from 'zod/mini';
import type { ClusterObject, MeshKind } from '../../model/kubernetes.ts';
import { arnFields } from '../../model/kubernetes.ts';
import { strictLabelSelector } from '../../model/mesh/label-selector.ts';
import type { MeshContent } from '../../model/mesh/object.ts';
import { meshContentOf } from '../../model/mesh/object.ts';
import { awsName } from '../../model/mesh/references.ts';
import type { ObjectName } from '../../model/records/mesh-claim.ts';

/** One live mesh object, as the mesh targets use it. */
export interface Entry {
  readonly id: ObjectName;
  readonly uid: string;
  readonly generation: number | undefined;
  readonly createdAt: string;
  /** Being deleted in the cluster, where a finalizer blocks the deletion. */
  readonly isTerminating: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** The ARN of the resource in the object's status, written by us or by the old controller. */
  readonly statusArn: string | undefined;
  /** Kept apart from the content, since others may refer to an object that is at fault. */
  readonly awsName: string | undefined;
  readonly meshRef: string | undefined;
  /** Likewise, of a mesh and a gateway: a fault elsewhere in them is no reason to let their members go. */
  readonly membership: Membership | undefined;
  readonly content: MeshContent | undefined;
  /** Why there is no content: one line per fault. */
  readonly fault: string | undefined;
}

const membership = z.object({
  /** The members' names begin with it, so it must be valid, too. */
  awsName,
  namespaceSelector: z.nullish(strictLabelSelector),
  gatewayRouteSelector: z.nullish(strictLabelSelector),
  meshOwner: z.nullish(z.string()),
});
/** The fields by which other objects belong to a mesh or a gateway. */
export type Membership = z.output<typeof membership>;

/** The object has no fault. */
export type ValidEntry = Entry & { readonly content: MeshContent };

export type EntryOf<Kind extends MeshKind> = Entry & {
  readonly content: Extract<MeshContent, { readonly kind: Kind }>;
};

/** `fault`: that of a later, invalid version of the object, which was not stored. */
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

export function isValid(entry: Entry): entry is ValidEntry {
  return entry.content !== undefined;
}

export function isOfKind<Kind extends MeshKind>(entry: Entry, kind: Kind): entry is EntryOf<Kind> {
  return entry.content?.kind === kind;
}

/** An empty name counts as absent. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
