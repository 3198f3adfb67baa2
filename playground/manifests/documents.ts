import { type Document, isMap, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLError } from 'yaml';
import { foundText } from '../../shared/model/manifests/plain-fault.ts';
import { unquotedText } from '../../shared/model/manifests/unquoted.ts';
import { fieldsOf } from './fields.ts';
import { kubectlYaml } from './kubectl-yaml.ts';
import type { FieldOf, Manifest, ReadManifest, SourcePlace } from './manifest.ts';
import { placeText } from './manifest.ts';

/** A text with manifests, YAML or JSON. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Documents {
  readonly manifests: readonly ReadManifest[];
  /** What cannot be read, one line each. */
  readonly faults: readonly string[];
}

/** The objects of all documents, and of their lists. */
export function readDocuments({ file, text }: Source): Documents {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text.replace(/^\uFEFF/, ''), { ...kubectlYaml, lineCounter: lines });
  const documents = (Array.isArray(parsed) ? parsed : []).filter((each) => !isEmpty(each));
  const manifests: ReadManifest[] = [];
  const faults: string[] = [];
  for (const [index, document] of documents.entries()) {
    const placeOf = (node: Node | null): SourcePlace => ({
      file,
      document: index + 1,
      line: lines.linePos(node?.range?.[0] ?? document.range[0]).line,
    });
    const errors = [
      ...document.errors.map((error) => errorText(error, text, file)),
      ...aliasFaults(document).map((fault) => `${placeText(placeOf(null))}: ${fault}`),
    ];
    faults.push(...errors);
    if (errors.length > 0) continue;
    for (const { value, node } of itemsOf(document.contents, document)) {
      const place = placeOf(node);
      const field = fieldsOf(node, place.line, lines);
      const fault = faultOf(value, field);
      if (fault === null) manifests.push({ manifest: value as Manifest, place, field });
      else faults.push(`${placeText(place)}: ${fault}`);
    }
  }
  return { manifests, faults };
}

function isEmpty(document: Document.Parsed): boolean {
  return document.errors.length === 0 && aliasFaults(document).length === 0 && document.toJS() == null;
}

/** Aliases of aliases can stand for more than any memory holds; the parser gives up on them. */
function aliasFaults(document: Document.Parsed): readonly string[] {
  if (document.errors.length > 0) return [];
  try {
    document.toJS();
    return [];
  } catch (error) {
    return [`not valid YAML: ${(error as Error).message}`];
  }
}

/** The first line of the parser's message; for a repeated key, its name. */
function errorText({ code, message, linePos, pos }: YAMLError, text: string, file: string): string {
  const place = `${file}:${linePos?.[0].line ?? 1}`;
  if (code !== 'DUPLICATE_KEY') return `${place}: not valid YAML: ${message.split(/ at line \d+|\n/)[0]}`;
  const key = /^["']?([^"':\s]+)/.exec(text.slice(pos[0]))?.[1] ?? '';
  return `${place}: the key ${key} is there twice; kubectl would use the last one`;
}

interface Item {
  readonly value: unknown;
  readonly node: Node | null;
}

/** A `List`, and a typed one such as `PodList`, stands for its items. */
function itemsOf(node: Node | null, document: Document.Parsed): readonly Item[] {
  const value: unknown = node?.toJS(document);
  const items = isMap(node) ? node.get('items', true) : undefined;
  const kind = kindOf(value);
  if (!isSeq(items) || !kind.endsWith('List')) return [{ value, node }];
  const itemKind = kind.slice(0, -'List'.length);
  return items.items.flatMap((item) =>
    itemsOf(item as Node, document).map((each) =>
      itemKind === '' ? each : { ...each, value: { ...typeOf(value, itemKind), ...Object(each.value) } },
    ),
  );
}

/** Items of a typed list may leave their type out. */
function typeOf(list: unknown, kind: string): object {
  return { apiVersion: (list as Manifest).apiVersion, kind };
}

function kindOf(value: unknown): string {
  return String((Object(value) as Partial<Manifest>).kind ?? '');
}

function faultOf(value: unknown, field: FieldOf): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'this is not an object of Kubernetes; expected apiVersion, kind and metadata';
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  const { name, generateName, namespace = 'default' } = Object(metadata) as Record<string, unknown>;
  const texts = { apiVersion, kind, 'metadata.name': name ?? generateName, 'metadata.namespace': namespace };
  const wrong = Object.entries(texts).filter(([, text]) => typeof text !== 'string' || text === '');
  if (wrong.length === 0) return null;
  const found = wrong.map(([name, text]) =>
    text === undefined ? `${name} is missing` : `${name}: ${notAText(text, field(name.split('.')).source)}`,
  );
  const known = typeof kind === 'string' ? `${kind}${typeof name === 'string' ? ` ${name}` : ''}: ` : '';
  return `${known}${found.join('; ')}`;
}

function notAText(value: unknown, source: string | undefined): string {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? unquotedText(value, source) : `expected a text; found ${foundText(value)}`;
}
