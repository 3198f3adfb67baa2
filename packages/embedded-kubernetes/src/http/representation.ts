import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { isObject } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import type { Listing } from '../verbs/list.ts';
import type { WatchEvent } from '../verbs/watch.ts';

/** The requested representation of objects: whole, as a Table to print, or only their metadata. */
export type Form = 'object' | 'table' | 'metadata';

/** The first supported form in the Accept header. */
function formOf(accept: string | undefined): Form {
  for (const part of (accept ?? '').split(',')) {
    if (!/^\s*application\/(json|\*)|^\s*\*\/\*/.test(part)) continue;
    const as = /;\s*as=(\w+)/.exec(part)?.[1];
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as.startsWith('PartialObjectMetadata')) return 'metadata';
  }
  return 'object';
}

export interface Presentation {
  readonly form: Form;
  /** The part of the object in a Table's rows. */
  readonly includeObject: 'Object' | 'Metadata' | 'None';
}

export function presentationOf(accept: string | undefined, query: URLSearchParams): Presentation {
  const include = query.get('includeObject');
  return {
    form: formOf(accept),
    includeObject: include === 'Object' || include === 'None' ? include : 'Metadata',
  };
}

export function presentObject(kind: Kind, object: KubernetesObject, presentation: Presentation): JsonObject {
  if (presentation.form === 'metadata') return metadataOnly(object);
  if (presentation.form === 'object' || !isObject(object.metadata)) return object;
  return table(kind, [object], { resourceVersion: object.metadata.resourceVersion }, presentation, true);
}

export function presentList(kind: Kind, listing: Listing, presentation: Presentation): JsonObject {
  const { items, ...rest } = listing;
  if (presentation.form === 'table') return table(kind, items, rest, presentation, true);
  if (presentation.form === 'metadata')
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: rest,
      items: items.map(metadataOnly),
    };
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: rest,
    // List items of custom kinds have apiVersion and kind; Go omits them for built-in kinds.
    items: kind.builtIn ? items.map(({ apiVersion: _, kind: __, ...item }) => item) : items,
  };
}

/** A watch event as a line; only the first Table of a stream has column definitions. */
export function presentEvent(
  kind: Kind,
  { type, object }: WatchEvent,
  presentation: Presentation,
  isFirst: boolean,
): JsonObject {
  if (presentation.form !== 'table') return { type, object: presentObject(kind, object, presentation) };
  const rows = type === 'BOOKMARK' ? [] : [object];
  const meta = { resourceVersion: object.metadata.resourceVersion };
  return { type, object: table(kind, rows, meta, presentation, isFirst) };
}

function metadataOnly({ metadata }: KubernetesObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

function table(
  kind: Kind,
  objects: readonly KubernetesObject[],
  metadata: JsonObject,
  { includeObject }: Presentation,
  hasColumns: boolean,
): JsonObject {
  const now = Date.now();
  const columns = kind.printer.columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: hasColumns ? columns : null,
    rows: objects.map((object) => ({
      cells: kind.printer.cells(object, now),
      ...(includeObject === 'Object' && { object }),
      ...(includeObject === 'Metadata' && { object: metadataOnly(object) }),
    })),
  };
}
