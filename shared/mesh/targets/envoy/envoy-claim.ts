import type { ObjectClaim } from '../../objects-target/plan/object-claim.ts';
import type { Generations } from './plan/carriers.ts';
import type { Progress } from './stages/progress.ts';

/** A claim on a ConfigMap with a proxy's files, or on another object. */
export interface EnvoyClaim extends ObjectClaim {
  readonly progress?: Progress | undefined;
  /** Set while more than one write is needed: with which fingerprint as the end, what it waits for, and until when; see `stageProblem`. */
  readonly stage?:
    | { readonly fingerprint: string; readonly message: string; readonly dueAtMs: number }
    | undefined;
  /** Of the virtual services, routers and gateway routes in the files that were written to the end. */
  readonly carried?: Generations | undefined;
  readonly refresh?: Refresh | undefined;
  /** Set while pods prevent the deletion: how often that was seen, and when it is tried again. */
  readonly mounted?:
    | { readonly times: number; readonly message: string; readonly dueAtMs: number }
    | undefined;
}

/** Annotations on pods, so that their kubelets read what was written. */
export interface Refresh {
  /** Of the files. */
  readonly digest: string;
  /** How often the pods were annotated with it. */
  readonly times: number;
  readonly dueAtMs: number;
}
