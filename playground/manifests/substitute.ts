import { UsageError } from '../usage-error.ts';
import type { ReadManifest } from './manifest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Which variables to replace: all, those of these names, or none. */
export type Substitution = 'all' | readonly string[];

const variable = /\$\{([A-Za-z_]\w*)\}/g;

/** Replaces `${VAR}`. An empty variable is valid. Throws a UsageError that names all variables that are not set. */
export function substitute(
  text: string,
  file: string,
  substitution: Substitution,
  environment: Environment,
): string {
  const isReplaced = (name: string) => substitution === 'all' || substitution.includes(name);
  const names = variablesIn(text).filter(isReplaced);
  const missing = names.filter((name) => environment[name] === undefined);
  if (missing.length > 0) throw new UsageError(missingText(file, missing, substitution));
  return text.replaceAll(variable, (whole, name: string) =>
    isReplaced(name) ? (environment[name] ?? '') : whole,
  );
}

function missingText(file: string, missing: readonly string[], substitution: Substitution): string {
  const fault = `${file} uses ${missing.join(', ')}: environment variable not set`;
  return substitution === 'all'
    ? `${fault}. To replace only some variables, name them: --substitute NAME,NAME`
    : fault;
}

/** The names, each once, in their order. */
export function variablesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(variable)].map(([, name = '']) => name))];
}

/** How to replace variables. */
export function substituteText(variables: readonly string[]): string {
  return `To replace variables by those of the environment: --substitute ${variables.join(',')}`;
}

/**
 * A line about variables that nothing replaces: in mesh objects, whose fields are no scripts. In the name or namespace of an
 * object, which cannot have one, they are a UsageError.
 */
export function variablesNote(manifests: readonly ReadManifest[]): string | undefined {
  const found = manifests.flatMap(({ manifest, place }) => {
    const { name, namespace } = manifest.metadata;
    const isMesh = manifest.apiVersion.startsWith('appmesh.k8s.aws/');
    const inName = variablesIn(JSON.stringify([name, namespace]));
    const variables =
      isMesh || manifest.kind === 'Namespace' ? variablesIn(JSON.stringify(manifest)) : inName;
    return variables.length === 0 ? [] : [{ place, variables, isNamed: inName.length > 0 }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const variables = [...new Set(found.flatMap((each) => each.variables))];
  const texts = variables.map((name) => `\${${name}}`).join(', ');
  const text = `${first.place.file} has ${texts} in fields of mesh objects and namespaces. ${substituteText(variables)}`;
  if (found.some(({ isNamed }) => isNamed)) throw new UsageError(text);
  return text;
}
