/** A reference to an object of the cluster; the namespace defaults to that of the referring object. */
export interface ObjectReference {
  readonly name: string;
  readonly namespace?: string | null | undefined;
}

export type Referable = 'VirtualNode' | 'VirtualRouter' | 'VirtualService';

/**
 * Resolves references to the names of the objects in their mesh. A translation calls it for every reference and never fails:
 * a dangling reference is recorded here under its path, and gets an empty name in a spec that is never sent.
 */
export interface Resolver {
  /** `path` is the reference's field in the object, such as `spec.backends[0].virtualService.virtualServiceRef`. */
  readonly nameOf: (kind: Referable, reference: ObjectReference, path: string) => string;
  /** The names of the virtual services of a backend group, `*` resolved to all of a namespace. */
  readonly backendGroup: (reference: ObjectReference, path: string) => ReadonlySet<string>;
}
