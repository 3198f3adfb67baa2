import type { KubernetesObject } from '../model/objects.ts';
import type { FieldFault, ResourceName } from '../model/status.ts';
import type { Schema } from './schema.ts';

/** A column of a Table. Priority 0 is always shown, higher ones with `-o wide`. */
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

export type Subresource =
  | 'approval'
  | 'attach'
  | 'binding'
  | 'ephemeralcontainers'
  | 'eviction'
  | 'exec'
  | 'finalize'
  | 'log'
  | 'portforward'
  | 'proxy'
  | 'resize'
  | 'scale'
  | 'status'
  | 'token';

/** A kind in one version, with its rules. */
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
  /** A built-in kind: supports strategic merge patches; unknown fields are dropped, as by Go's decoder. */
  readonly builtIn: boolean;
  /** Objects are stored and shown; nothing acts on them in this cluster. */
  readonly passive?: boolean;
  readonly schema: Schema;
  /** The library's model of a built-in kind, such as V1Pod. */
  readonly model?: string;
  /** The version that is stored, if that is another one and differs in more than its name. */
  readonly hub?: Hub;
  readonly printer: Printer;
  /** Whether metadata.generation counts changes outside metadata and status. */
  readonly hasGeneration: boolean;
  /** Sets defaults in place. */
  readonly setDefaults?: (object: KubernetesObject) => void;
  /** Sets what only the creation of an object sets, in place, after its defaults; its name and uid are set. */
  readonly prepareCreate?: (object: KubernetesObject) => void;
  /** Copies values from the old object, in place, that an update may omit without removing them. */
  readonly prepareUpdate?: (object: KubernetesObject, old: KubernetesObject) => void;
  /** Validates an object; `old` is the object it replaces. */
  readonly validate?: (object: KubernetesObject, old: KubernetesObject | undefined) => FieldFault[];
  /** The format of object names; by default RFC 1123 subdomains. */
  readonly nameForm?: 'label' | 'rfc1035-label' | 'subdomain' | 'path-segment';
  /** Fields for fieldSelector, beside metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: KubernetesObject) => string>>;
}

/** Another version of a kind, in which its objects are stored. Both functions return a new object. */
export interface Hub {
  readonly kind: Kind;
  toHub(object: KubernetesObject): KubernetesObject;
  fromHub(object: KubernetesObject): KubernetesObject;
}

/** `deployments.apps`, or `pods` for the core group: the key of a resource, where its objects are stored. */
export function resourceOf(kind: ResourceName & { readonly hub?: Hub }): string {
  if (kind.hub) return resourceOf(kind.hub.kind);
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** The apiVersion of a kind. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
