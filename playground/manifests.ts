import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { UsageError } from './options.ts';

/** An object of a manifest, as `kubectl apply` would take it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the objects of a file, `${VAR}` replaced. Throws a UsageError that names the file and what is wrong in it. */
export function readManifests(path: string, environment: Environment): readonly Manifest[] {
  const text = substitute(readFileSync(path, 'utf8'), path, environment);
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${path} is not YAML: ${error.message}`);
    return objectsOf(document.toJS(), path);
  });
}

/** An empty variable is a value; a missing one is an error, all of them at once. */
export function substitute(text: string, path: string, environment: Environment): string {
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const missing = [...new Set(names)].filter((name) => environment[name] === undefined);
  if (missing.length > 0)
    throw new UsageError(`${path} needs the environment variable ${missing.join(' and ')}, which is not set`);
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '');
}

/** `Kind namespace/name`, as messages name an object. */
export function manifestText({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

function objectsOf(document: unknown, path: string): readonly Manifest[] {
  if (document === null || document === undefined) return [];
  const { kind, items, apiVersion, metadata } = document as Partial<Manifest> & { items?: unknown };
  if (kind === 'List' && Array.isArray(items)) return items.flatMap((item) => objectsOf(item, path));
  if (typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string')
    return [document as Manifest];
  throw new UsageError(
    `${path} has a document of kind ${JSON.stringify(kind ?? null)} and name ${JSON.stringify(metadata?.name ?? null)}; expected apiVersion, kind and metadata.name in each`,
  );
}
