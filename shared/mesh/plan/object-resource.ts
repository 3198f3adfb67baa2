/** The name of a resource that is an object of the cluster, in whichever version the cluster serves it. */
export interface ObjectResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Empty for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
}

/** Unique in a target whose kinds have different names: `VirtualService/shop/cart`. */
export function objectResourceKey({ kind, namespace, name }: ObjectResource): string {
  return [kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
}

/** Of each kind that a target writes, its versions, preferred first. */
export type KindVersions = Readonly<Record<string, readonly string[]>>;
