import type { RefusedError } from '../errors.ts';

/** An instance was refused, or can never be registered as requested; stored with its problem. */
export interface Refusal {
  /** Digest of request and configuration: with other inputs the refusal does not apply. */
  readonly inputs: string;
  readonly atMs: number;
  /** Whether AWS or this system would refuse it again; otherwise it may end by itself. */
  readonly isPermanent: boolean;
  readonly dependsOn?: RefusedError['dependsOn'];
}
