import type { ClusterObject } from '../model/kubernetes.ts';

export interface StoredObject {
  readonly object: ClusterObject;
  readonly deleted: boolean;
  /** Earlier states whose pods may not have been notified yet; null stands for "did not exist". */
  readonly unannounced: readonly (ClusterObject | null)[];
  /** What is wrong with a later version of the object, which is not stored: one fault a line. */
  readonly fault?: string | undefined;
  /** When it was stored, epoch milliseconds; absent in records of earlier versions. */
  readonly seenAtMs?: number | undefined;
  /** As for a pod: the last live state beside this one. */
  readonly displaced?: ClusterObject | undefined;
}

/** The part of an object that identifies it. */
export interface ObjectReference {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}

export interface ClusterObjectStore {
  find(cluster: string, object: ObjectReference): Promise<StoredObject | undefined>;
  /** Replaces `previous`; throws a ConflictError if that is not what is stored. */
  replace(cluster: string, next: StoredObject, previous: StoredObject | undefined): Promise<void>;
  /** All live objects of a kind in a namespace ('' for a cluster-scoped kind), except those that were never valid. */
  ofKind(cluster: string, kind: string, namespace: string): Promise<readonly ClusterObject[]>;
  /** Objects of a kind by object key, from inclusive, to exclusive, including tombstones. */
  inRange(cluster: string, kind: string, from: string, to: string | null): AsyncIterable<StoredObject>;
}
