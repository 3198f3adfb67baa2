/** A reference to an object of the cluster; without a namespace, to one of the referring object's own. */
export interface ObjectReference {
  readonly name: string;
  readonly namespace?: string | null | undefined;
}

export type Referable = 'VirtualNode' | 'VirtualRouter' | 'VirtualService';

/**
 * Turns references into the names that App Mesh knows the objects by. A translation asks it for every reference and is
 * total: what refers to nothing is noted here under its path, and gets an empty name in a spec that nobody will send.
 */
export interface Resolver {
  /** `path` is where the reference stands in the object, as `spec.backends[0].virtualService.virtualServiceRef`. */
  readonly nameOf: (kind: Referable, reference: ObjectReference, path: string) => string;
  /** The names of the virtual services of a backend group, `*` resolved to all of a namespace. */
  readonly backendGroup: (reference: ObjectReference, path: string) => ReadonlySet<string>;
}
