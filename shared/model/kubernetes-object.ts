import type { ObjectMeta } from './kubernetes.ts';

/** Any object of the API, by name. */
export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
}

/** An object as we apply it: the fields that it names are ours, and no others. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    /** A precondition: only the object with this uid is changed, and none is created. */
    readonly uid?: string | undefined;
  };
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>> | undefined;
}

/** Who owns which fields of an object, as server-side apply records it. */
export interface FieldOwner {
  readonly manager?: string | undefined;
  readonly operation?: string | undefined;
  readonly subresource?: string | undefined;
  /** A tree of the owned fields: `{ 'f:spec': { 'f:hosts': {} } }`. */
  readonly fieldsV1?: Readonly<Record<string, unknown>> | undefined;
}

/** An object as the API server answers it. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly managedFields?: readonly FieldOwner[] | undefined };
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
  readonly status?: Readonly<Record<string, unknown>> | undefined;
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>> | undefined;
}

export function idOf({ apiVersion, kind, metadata }: Manifest | LiveObject): ObjectId {
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** The group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** `ServiceEntry shop/cart`, for people. */
export function idText({ kind, namespace, name }: Omit<ObjectId, 'apiVersion'>): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The same of an object as it was read. */
export function objectText({ kind, metadata: { namespace = '', name } }: Named): string {
  return idText({ kind, namespace, name });
}

interface Named {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}

/** The status of an object as the API server has it, whoever wrote it. */
export interface LiveStatus {
  readonly uid: string;
  readonly status: Readonly<Record<string, unknown>>;
}
