import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isScalar, parseAllDocuments } from 'yaml';
import type { SourceOf } from '../shared/model/manifests/unquoted.ts';
import { UsageError } from './options.ts';

/** A document of a file, or why it cannot be read. */
export type ReadDocument = {
  /** For messages: the file. */
  readonly file: string;
} & ({ readonly content: unknown; readonly sourceOf: SourceOf } | { readonly fault: string });

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
  return { file, documents: [...documents] };
}

export function documentsOf({ file, documents }: ReadFile): readonly ReadDocument[] {
  return documents.flatMap((document): readonly ReadDocument[] => {
    const [error] = document.errors;
    const read = error === undefined ? contentOf(document) : { fault: error.message };
    if ('fault' in read) return [{ file, fault: `${file} is not valid YAML: ${read.fault}` }];
    const items = itemsOf(read.content);
    return items.map(({ content, path }) => ({
      file,
      content,
      sourceOf: (inItem) => sourceAt(document, [...path, ...inItem]),
    }));
  });
}

function sourceAt(document: Document.Parsed, path: readonly (string | number)[]): string | undefined {
  const node = document.getIn(path, true);
  return isScalar(node) ? node.source : undefined;
}

/** An alias fails only when it is followed: without its anchor, or if it stands for too much. */
export function contentOf(
  document: Document.Parsed,
): { readonly content: unknown } | { readonly fault: string } {
  try {
    return { content: document.toJS() };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { fault: error.message };
  }
}

interface Item {
  readonly content: unknown;
  readonly path: readonly (string | number)[];
}

function itemsOf(content: unknown): readonly Item[] {
  if (content === null || content === undefined) return [];
  const { kind, items } = content as { readonly kind?: unknown; readonly items?: unknown };
  if (kind !== 'List' || !Array.isArray(items)) return [{ content, path: [] }];
  return items.map((item, index) => ({ content: item, path: ['items', index] }));
}
