/** The status of an object in the mesh target. */
export interface MeshStatus {
  readonly observedGeneration?: number | undefined;
  /**
   * null if another object owns the resource; absent if nothing is known or others own the resource, so that the written
   * ARN stays: an ARN in a status proves that the resource was created or adopted for the object.
   */
  readonly arn?: string | null | undefined;
  /** Of a virtual router: route name → ARN; null for a deleted route, until the object's status was written. */
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
