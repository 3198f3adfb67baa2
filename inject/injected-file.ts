import { type Document, isAlias, isCollection, parseDocument, visit } from 'yaml';
import { kubernetesYaml } from '../translate/kubernetes-yaml.ts';
import type { Pod } from './pod.ts';
import type { Template } from './templates.ts';

/** A template and the pod that takes its place. */
export interface Change extends Pick<Template, 'path' | 'pod'> {
  readonly changed: Pod;
}

/** The document with its changes, as text. Comments and the form of all else stay. */
export function textOf(document: Document.Parsed, changes: readonly Change[]): string {
  const edited = changes.length > 0 && hasAlias(document) ? withoutAliases(document) : document;
  for (const change of changes) edit(edited, change);
  const text = edited.toString({ lineWidth: 0 });
  return text.startsWith('---') ? text : `---\n${text}`;
}

/** What an alias stands for may be elsewhere in the document, too. */
function withoutAliases(document: Document.Parsed): Document {
  return parseDocument(kubernetesYaml(document.toJS()));
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

const added = [
  ['metadata', 'annotations'],
  ['spec', 'initContainers'],
  ['spec', 'containers'],
  ['spec', 'volumes'],
] as const;

function edit(document: Document, { path, pod, changed }: Change): void {
  for (const [part, name] of added) {
    const before = Object(pod[part])[name];
    const after = Object(changed[part])[name];
    if (after === before) continue;
    // A null or an alias in the way is no collection to set something in.
    if (!isCollection(document.getIn([...path, part], true)))
      document.setIn([...path, part], document.createNode({}));
    merge(document, [...path, part, name], before, after);
  }
}

/** Sets only what is new, so that comments stay. */
function merge(
  document: Document,
  path: readonly (string | number)[],
  before: unknown,
  after: unknown,
): void {
  if (before === after) return;
  const node = document.getIn(path, true);
  const isSame = Array.isArray(before) === Array.isArray(after);
  if (
    !isCollection(node) ||
    isAlias(node) ||
    !isSame ||
    Object(before) !== before ||
    Object(after) !== after
  ) {
    document.setIn(path, nodeOf(after));
    return;
  }
  for (const [key, value] of Object.entries(after as object))
    merge(document, [...path, Array.isArray(after) ? Number(key) : key], Object(before)[key], value);
}

/** Quoted as kubectl reads it. */
function nodeOf(value: unknown): unknown {
  return parseDocument(kubernetesYaml(value)).contents;
}
