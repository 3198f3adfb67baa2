import { readDocuments, type Source } from './documents.ts';
import { ManifestError, type ReadManifest } from './manifest.ts';
import { sourcesOf } from './sources.ts';
import {
  type Environment,
  type Substitution,
  substitute,
  substituteText,
  variablesIn,
} from './substitute.ts';

interface ReadOptions {
  readonly substitution: Substitution;
  readonly environment: Environment;
}

const unchanged: ReadOptions = { substitution: [], environment: {} };

/**
 * The objects of files, folders and standard input, in their order. Throws a UsageError for an input that does not exist or
 * a variable that is not set, and a ManifestError with every fault of every input.
 */
export function readManifests(
  paths: readonly string[],
  { substitution, environment }: ReadOptions = unchanged,
): readonly ReadManifest[] {
  const read = paths.map(readSources).flatMap(({ sources, faults: notRead }) => [
    { manifests: [], faults: notRead },
    ...sources.map(({ file, text }) => {
      const substituted = substitute(text, file, substitution, environment);
      const documents = readDocuments({ file, text: substituted });
      return { ...documents, faults: withHint(documents.faults, file, substituted) };
    }),
  ]);
  const faults = read.flatMap((each) => each.faults);
  const manifests = read.flatMap((each) => each.manifests);
  if (faults.length > 0) throw new ManifestError(faults.join('\n'), manifests);
  // Standard input is empty if the program before it failed.
  if (manifests.length === 0)
    throw new ManifestError(`${paths.join(', ')}: no object found; expected one Kubernetes object at least`);
  return manifests;
}

function readSources(path: string): {
  readonly sources: readonly Source[];
  readonly faults: readonly string[];
} {
  try {
    return { sources: sourcesOf(path), faults: [] };
  } catch (error) {
    if (error instanceof ManifestError) return { sources: [], faults: [error.message] };
    throw error;
  }
}

/** Braces without quotes are often a fault of YAML: `{ name: ${NAME} }`. */
function withHint(faults: readonly string[], file: string, text: string): readonly string[] {
  const variables = variablesIn(text);
  if (faults.length === 0 || variables.length === 0) return faults;
  return [`${file} has variables. ${substituteText(variables)}`, ...faults];
}
