import type { RefusedError } from './errors.ts';

/** That an instance was refused, or can never be registered as it is; kept with the problem that says so. */
export interface Refusal {
  /** Of all that was asked for and configured: with another it is another question. */
  readonly inputs: string;
  readonly atMs: number;
  /** AWS or this system would say the same again; else it may end by itself. */
  readonly isPermanent: boolean;
  readonly dependsOn?: RefusedError['dependsOn'];
}
