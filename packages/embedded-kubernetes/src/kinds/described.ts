import { at } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { plainPrinter } from './columns.ts';
import type { Kind } from './kind.ts';
import { definition } from './schema.ts';

/** A row in the tables of built-in kinds: what differs from a namespaced core kind without subresources. */
export type Described = Pick<Kind, 'kind' | 'plural'> & Partial<Kind> & { readonly model?: string };

export function builtIn({ model, ...described }: Described): Kind {
  return {
    group: '',
    version: 'v1',
    singular: described.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    builtIn: true,
    hasGeneration: false,
    printer: plainPrinter,
    schema: definition(model ?? `V1${described.kind}`),
    ...described,
  };
}

/** Reads a field for a field selector. */
export const textAt =
  (...path: string[]) =>
  (object: KubernetesObject) =>
    String(at(object, ...path) ?? '');
