import type { Kind } from '@eks-mesh-sync/embedded-kubernetes/kinds/kind.ts';
import { counted } from '../../shared/model/text/printable.ts';
import { type Manifest, manifestText } from './manifest.ts';

/** Kinds with a line of their own; more are one line together. */
const maxLines = 5;

interface AppliedManifest {
  readonly manifest: Manifest;
  readonly kind: Kind;
}

/** That objects of some kinds are stored and do nothing: a line for each kind, or one for all of them. */
export function passiveText(applied: readonly AppliedManifest[]): readonly string[] {
  const passive = applied.filter(({ kind }) => kind.passive === true);
  const kinds = Map.groupBy(passive, ({ kind }) => kind.kind);
  if (kinds.size > maxLines) {
    const names = [...kinds.keys()].sort().join(', ');
    return [`${names}: ${counted(passive.length, 'object')} stored; they do nothing in this cluster`];
  }
  return [...kinds].map(([kind, those]) =>
    those.length === 1
      ? `${those.map(({ manifest }) => manifestText(manifest)).join('')}: stored; it does nothing in this cluster`
      : `${kind}: ${those.length} objects stored; they do nothing in this cluster`,
  );
}
