import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseAllDocuments } from 'yaml';
import { UsageError } from './options.ts';

/** A document of a file. */
export interface ReadDocument {
  /** For messages: the file. */
  readonly file: string;
  readonly content: unknown;
}

/** A file, or the standard input, with its documents in order. */
export interface ReadFile {
  readonly file: string;
  readonly documents: readonly Document.Parsed[];
}

/** All documents of the files, in order; the items of a List each on their own. */
export function readDocuments(paths: readonly string[]): readonly ReadDocument[] {
  return readFiles(paths).flatMap(documentsOf);
}

export function readFiles(paths: readonly string[]): readonly ReadFile[] {
  return paths.flatMap(filesAt).map(fileAt);
}

function filesAt(path: string): readonly string[] {
  if (path === '-') return [path];
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`${path} not found`);
  if (!stats.isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  if (files.length === 0) throw new UsageError(`${path} has no .yaml or .yml file`);
  return files.map((name) => join(path, name));
}

function fileAt(path: string): ReadFile {
  const file = path === '-' ? 'standard input' : path;
  const documents = parseAllDocuments(readFileSync(path === '-' ? 0 : path, 'utf8'));
  for (const { errors } of documents) {
    const [error] = errors;
    if (error !== undefined) throw new UsageError(`${file} is not valid YAML: ${error.message}`);
  }
  return { file, documents: [...documents] };
}

export function documentsOf({ file, documents }: ReadFile): readonly ReadDocument[] {
  return documents.flatMap((document) =>
    itemsOf(contentOf(document, file)).map((content) => ({ file, content })),
  );
}

/** An alias fails only when it is followed: without its anchor, or if it stands for too much. */
export function contentOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new UsageError(`${file} is not valid YAML: ${error.message}`);
  }
}

function itemsOf(content: unknown): readonly unknown[] {
  if (content === null || content === undefined) return [];
  const { kind, items } = content as { readonly kind?: unknown; readonly items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [content];
}
