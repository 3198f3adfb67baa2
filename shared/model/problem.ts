import type { ServiceKey } from './identity.ts';
import type { Refusal } from './refusal.ts';

/** Something a person asked for that is not done, and why. */
export interface Problem {
  readonly source: string;
  readonly reason: string;
  /** Where the same would come of it again. */
  readonly refusal?: Refusal | undefined;
  /** The full service in which the pod waits for a place, as the pod created then. */
  readonly waitsIn?: { readonly service: ServiceKey; readonly createdAt: string } | undefined;
}
