import { at } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { plainPrinter } from './columns.ts';
import type { Hub, Kind } from './kind.ts';
import { definition } from './schema.ts';

/** A row in the tables of built-in kinds: what differs from a namespaced core kind without subresources. */
export type Described = Pick<Kind, 'kind' | 'plural'> & Partial<Kind>;

export function builtIn(described: Described): Kind {
  const { model = `V1${described.kind}` } = described;
  return {
    ...(described.hub && ofHub(described.hub)),
    group: '',
    version: 'v1',
    singular: described.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    builtIn: true,
    hasGeneration: false,
    printer: described.hub ? hubPrinter(described.hub) : plainPrinter,
    schema: definition(model),
    ...described,
    model,
  };
}

/** Another version of a kind is checked and selected as the stored one is. */
function ofHub({ kind, toHub }: Hub): Partial<Kind> {
  const { validate, selectableFields } = kind;
  return {
    ...(validate && { validate: (object, old) => validate(toHub(object), old && toHub(old)) }),
    ...(selectableFields && { selectableFields }),
  };
}

function hubPrinter({ kind, toHub }: Hub): Kind['printer'] {
  const { columns, cells } = kind.printer;
  return { columns, cells: (object, now) => cells(toHub(object), now) };
}

/** Reads a field for a field selector. */
export const textAt =
  (...path: string[]) =>
  (object: KubernetesObject) =>
    String(at(object, ...path) ?? '');
