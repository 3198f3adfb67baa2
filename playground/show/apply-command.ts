import { shellWords } from '../../shared/model/commands/shell-words.ts';
import { type ReadManifest, standardInput } from '../manifests/manifest.ts';
import { isKustomization } from '../manifests/sources.ts';
import type { PlaygroundOptions } from '../options.ts';

/**
 * The kubectl command that applies the inputs again; undefined if kubectl does not take them as they are: standard input,
 * variables that were replaced, a generated name.
 */
export function applyCommand(
  kubectl: string,
  { manifests: paths, substitution = [] }: Pick<PlaygroundOptions, 'manifests' | 'substitution'>,
  manifests: readonly ReadManifest[],
): string | undefined {
  const isGenerated = manifests.some(({ manifest }) => manifest.metadata.name === undefined);
  if (paths.length === 0 || paths.includes(standardInput) || substitution.length > 0 || isGenerated)
    return undefined;
  const { files = [], kustomizations = [] } = Object.groupBy(paths, (path) =>
    isKustomization(path) ? 'kustomizations' : 'files',
  );
  return [
    ...(files.length > 0 ? [files.flatMap((path) => ['-f', path])] : []),
    ...kustomizations.map((path) => ['-k', path]),
  ]
    .map((words) => `${kubectl} apply ${shellWords(words)}`)
    .join(' && ');
}
