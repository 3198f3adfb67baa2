import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { UsageError } from './options.ts';

/** An object of a manifest, as for `kubectl apply`. */
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

/** Reads the objects of a file and replaces `${VAR}`. Throws a UsageError that names the file and the fault. */
export function readManifests(path: string, environment: Environment): readonly Manifest[] {
  const text = substitute(readFileSync(path, 'utf8'), path, environment);
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${path} is not valid YAML: ${error.message}`);
    return objectsOf(document.toJS(), path);
  });
}

/** An empty variable is valid. One error lists all missing ones. */
export function substitute(text: string, path: string, environment: Environment): string {
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const missing = [...new Set(names)].filter((name) => environment[name] === undefined);
  if (missing.length > 0)
    throw new UsageError(`${path} uses ${missing.join(', ')}: environment variable not set`);
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
    `${path} contains an object of kind ${JSON.stringify(kind ?? null)} and name ${JSON.stringify(metadata?.name ?? null)}; each object needs apiVersion, kind and metadata.name`,
  );
}
