import type { Difference, Spec } from '../../../plan/resource.ts';
import type { IstioKind } from '../plan/kinds.ts';

/** An object of Istio that is wanted. */
export interface Wanted {
  readonly kind: IstioKind;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Spec;
  /** Keys of objects that must exist before it. */
  readonly dependsOn?: readonly string[];
}

/** What a mesh object becomes. Whatever is refused, the objects are those that it would want. */
export interface Outcome {
  readonly wanted: readonly Wanted[];
  readonly differences: readonly Difference[];
}
