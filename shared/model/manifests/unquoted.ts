import { foundText } from './plain-fault.ts';

/** What is at a path of a manifest. */
export interface ManifestFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Fields whose values are texts, whatever the names in them. */
const textMaps: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'stringData',
]);
/** Of these kinds, `data` too. */
const dataKinds: ReadonlySet<unknown> = new Set(['ConfigMap', 'Secret']);

/** How the file writes a value: `yes`, which YAML reads as true. */
export type SourceOf = (path: ManifestFault['path']) => string | undefined;

/** Names, labels, annotations and other texts that YAML reads as a number or a boolean because they have no quotes. */
export function unquotedTexts(manifest: object, sourceOf: SourceOf): readonly ManifestFault[] {
  const faults: ManifestFault[] = [];
  visit(manifest, [], (path, value) => {
    if (typeof value !== 'number' && typeof value !== 'boolean') return;
    if (!isText(path, manifest)) return;
    faults.push({ path, message: unquotedText(value, sourceOf(path)) });
  });
  return faults;
}

/** `expected a text; found yes, which YAML reads as the boolean true: put it in quotes: "yes"` */
export function unquotedText(value: unknown, source: string | undefined): string {
  const found =
    source === undefined || source === String(value)
      ? foundText(value)
      : `${source}, which YAML reads as ${foundText(value)}`;
  const example = source === undefined ? '' : `: ${JSON.stringify(source)}`;
  return `expected a text; found ${found}: put it in quotes${example}`;
}

function isText(path: ManifestFault['path'], manifest: object): boolean {
  const [parent, name] = path.slice(-2);
  if (parent === 'metadata' && (name === 'name' || name === 'namespace')) return true;
  if (name === 'value' && path.at(-3) === 'env') return true;
  const { kind } = manifest as { readonly kind?: unknown };
  return textMaps.has(String(parent)) || (path.length === 2 && parent === 'data' && dataKinds.has(kind));
}

function visit(
  value: unknown,
  path: ManifestFault['path'],
  each: (path: ManifestFault['path'], value: unknown) => void,
): void {
  each(path, value);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value))
    visit(member, [...path, Array.isArray(value) ? Number(name) : name], each);
}
