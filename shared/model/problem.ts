import type { ServiceKey } from './identity.ts';
import type { Refusal } from './records/refusal.ts';

/** A registration that a person requested and that cannot be made, and why. */
export interface Problem {
  readonly source: string;
  readonly reason: string;
  /** Set if another attempt would have the same result. */
  readonly refusal?: Refusal | undefined;
  /** The full service in which the pod waits for a place, and the pod's creation time. */
  readonly waitsIn?: { readonly service: ServiceKey; readonly createdAt: string } | undefined;
}
