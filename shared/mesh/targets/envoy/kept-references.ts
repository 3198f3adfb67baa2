import type { ObjectDesired } from '../../objects-target/plan/object-claim.ts';
import type { EnvoyClaim } from './envoy-claim.ts';
import type { Files } from './stages/resource-file.ts';
import { files as fileNames } from './translate/layout.ts';

/**
 * What the files of a proxy refer to. Of what stays as it was, the objects are not desired any more, and may be deleted: the
 * Services of their virtual nodes are those of the former claim that the clusters still name.
 */
export function referencesIn(
  { dependsOn, spec }: ObjectDesired,
  former: EnvoyClaim | undefined,
  files: Files | undefined,
): readonly string[] {
  const { kept } = spec as { readonly kept?: unknown };
  if (kept === undefined) return dependsOn;
  const clusters = files?.[fileNames.clusters];
  const named = (former?.dependsOn ?? []).filter((key) => {
    const [kind, namespace, name] = key.split('/');
    return kind === 'Service' && (clusters === undefined || clusters.includes(`"${name}.${namespace}.svc.`));
  });
  return [...new Set([...dependsOn, ...named])];
}
