import type { ObjectReference, Referable, Resolver } from '../../../plan/references/resolver.ts';
import { nameInArn } from './arn.ts';

/** A reference in a spec: by ARN, or by an object's name, which the resolver resolves. */
export interface Referred {
  readonly reference?: ObjectReference | null | undefined;
  readonly arn?: string | null | undefined;
  /** The reference's field in the object. */
  readonly path: string;
}

/** The App Mesh name of the referenced resource. */
export function nameOfReferred(
  resolver: Resolver,
  kind: Referable,
  { reference, arn, path }: Referred,
): string {
  if (reference) return resolver.nameOf(kind, reference, path);
  return nameInArn(arn ?? '');
}
