import type { Kit } from '../kit.ts';

/** One fact about App Mesh, checked by the real SDK client. */
export interface Case {
  readonly name: string;
  /** How moto differs; the case must fail there. */
  readonly moto?: string;
  readonly run: (kit: Kit) => Promise<void>;
}
