import type { KubernetesObject } from '../model/objects.ts';
import type { FieldFault } from '../model/status.ts';
import type { Schema } from './schema.ts';

/** A column of a Table answer. Priority 0 is always shown, higher ones with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

export interface Printer {
  readonly columns: readonly Column[];
  /** A cell for each column. Ages are relative to `now`, epoch milliseconds. */
  cells(object: KubernetesObject, now: number): unknown[];
}

export type Subresource = 'status' | 'scale' | 'eviction' | 'finalize';

/** Everything the API server knows of one kind in one version. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly Subresource[];
  /** A built-in kind: strategic merge patches work, unknown fields are dropped as Go's decoding does. */
  readonly builtIn: boolean;
  readonly schema: Schema;
  readonly printer: Printer;
  /** Whether metadata.generation counts changes of everything but metadata and status. */
  readonly hasGeneration: boolean;
  /** Fills in defaults, in place. */
  readonly setDefaults?: (object: KubernetesObject) => void;
  /** Takes over from the old object what an update that leaves it out does not mean to remove, in place. */
  readonly prepareUpdate?: (object: KubernetesObject, old: KubernetesObject) => void;
  /** Faults of an object; `old` is what it replaces. */
  readonly validate?: (object: KubernetesObject, old: KubernetesObject | undefined) => FieldFault[];
  /** How names of objects must be formed; RFC 1123 subdomains otherwise. */
  readonly nameForm?: 'label' | 'rfc1035-label' | 'subdomain' | 'path-segment';
  /** Fields that a fieldSelector may name beside metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: KubernetesObject) => string>>;
}

/** `deployments.apps`, or `pods` for the core group: the key of a resource everywhere in this cluster. */
export function resourceOf(kind: { readonly group: string; readonly plural: string }): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** As apiVersion has it. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
