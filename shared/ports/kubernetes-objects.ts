import type { LiveObject, Manifest, ObjectId } from '../model/kubernetes-object.ts';

/** A kind in one version. */
export interface ObjectType {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ObjectListOptions {
  /** All namespaces by default. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
}

/**
 * Objects in one cluster. Every method but `servedVersion` throws a KindNotServedError if the cluster does not serve the
 * kind in that version, a PermanentError if the caller lacks a permission or the API server refuses the object, and a
 * RetryableError for everything that may pass.
 */
export interface KubernetesObjects {
  /**
   * The first of the versions (`v1`, `v1beta1`) that the cluster serves for the kind of the group; undefined if it serves
   * none of them. Throws if discovery cannot be read, so that undefined is a fact.
   */
  servedVersion(group: string, kind: string, versions: readonly string[]): Promise<string | undefined>;
  get(id: ObjectId): Promise<LiveObject | undefined>;
  /** Complete, or it throws. */
  list(type: ObjectType, options?: ObjectListOptions): Promise<readonly LiveObject[]>;
  /**
   * Server-side apply of an object that does not exist. Throws a ConflictError if somebody else creates it first: what was
   * applied to their object is then withdrawn. Throws a NotFoundError if the namespace does not exist.
   */
  create(manifest: Manifest): Promise<LiveObject>;
  /**
   * Server-side apply, which creates the object if there is none and no uid is given. Fields that we applied before and do
   * not name now are removed. Throws a ConflictError that names the other manager and the fields unless `force`, and one
   * if the uid is another object's or no object's. An apply that changes nothing changes no resourceVersion.
   */
  apply(manifest: Manifest, options?: { readonly force?: boolean }): Promise<LiveObject>;
  /** Sets annotations and leaves everything else; of a kind of the core group. Errors: those of `delete`. */
  annotate(
    object: { readonly id: ObjectId; readonly uid: string },
    annotations: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Throws a NotFoundError if it is gone, a ConflictError if another object has its name by now. */
  delete(object: { readonly id: ObjectId; readonly uid: string }): Promise<void>;
}
