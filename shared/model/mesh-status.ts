/** What came of an object in the mesh target, as its status tells it. */
export interface MeshStatus {
  readonly observedGeneration?: number | undefined;
  /**
   * null where another object has the resource; absent where nothing is known, and where others keep the resource, so
   * that what is told there stays: an ARN in a status is the proof that the resource was made, or taken over, for it.
   */
  readonly arn?: string | null | undefined;
  /** Of a virtual router: route name → ARN; null of a route that is there no more, until the object was told. */
  readonly routeArns?: Readonly<Record<string, string | null>> | undefined;
  readonly condition: Condition;
}

export interface Condition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** `changedAt`: when the condition's status last changed, RFC 3339. */
export type Timed<T> = T & { readonly changedAt: string };
