import type { ObjectReference, Referable, Resolver } from '../../plan/resolver.ts';
import { nameInArn } from './arn.ts';

/** What a spec refers to: by ARN, or by an object's name that the resolver is asked about. */
export interface Referred {
  readonly reference?: ObjectReference | null | undefined;
  readonly arn?: string | null | undefined;
  /** Where the reference stands. */
  readonly path: string;
}

/** The name in App Mesh of what is referred to. */
export function nameOfReferred(
  resolver: Resolver,
  kind: Referable,
  { reference, arn, path }: Referred,
): string {
  if (reference) return resolver.nameOf(kind, reference, path);
  return nameInArn(arn ?? '');
}
