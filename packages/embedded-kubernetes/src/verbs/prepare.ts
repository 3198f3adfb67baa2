import { decode } from '../kinds/decode.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { metadataFaults, nameFaults, nameForms } from '../kinds/names.ts';
import { isObject } from '../model/json.ts';
import { isTerminating, type JsonObject, type KubernetesObject, type ObjectMeta } from '../model/objects.ts';
import { ApiError, badRequest, forbidden, invalid, invalidValue, notFound } from '../model/status.ts';
import type { ApiContext, WriteOptions } from './api-context.ts';

/** Decodes a body as an object of the kind, in the request's namespace. Throws 400 for another kind or namespace. */
export function readObject(
  body: unknown,
  kind: Kind,
  namespace: string | undefined,
  options: WriteOptions,
): { object: KubernetesObject; warnings: string[] } {
  if (!isObject(body)) throw badRequest(`the body must be a ${kind.kind} object`);
  checkType(body, kind);
  const { object, unknownFields } = decode(body, kind);
  const warnings = unknownFields.map((path) => `unknown field "${path}"`);
  if (options.fieldValidation === 'Strict' && warnings.length > 0) throw strictError(kind, warnings);
  const metadata = object.metadata as ObjectMeta;
  checkNamespace(metadata, kind, namespace);
  const named = { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
  return { object: named, warnings: options.fieldValidation === 'Ignore' ? [] : warnings };
}

function checkType(body: JsonObject, kind: Kind): void {
  const expected = apiVersionOf(kind);
  if (body.kind === undefined && body.apiVersion === undefined) return;
  if (body.apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${expected})`,
    );
  if (body.kind !== kind.kind)
    throw badRequest(`${String(body.kind)} in version "${kind.version}" cannot be handled as a ${kind.kind}`);
}

function strictError(kind: Kind, faults: readonly string[]): ApiError {
  const text = `strict decoding error: ${faults.join(', ')}`;
  return badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${text}`);
}

function checkNamespace(metadata: ObjectMeta, kind: Kind, namespace: string | undefined): void {
  if (!kind.namespaced) {
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (namespace !== undefined) metadata.namespace = namespace;
}

/** The NamespaceLifecycle admission: 404 if the namespace is missing, 403 if it is being deleted. */
export function checkNamespaceOpen(context: ApiContext, kind: Kind, object: KubernetesObject): void {
  const { namespace, name } = object.metadata;
  if (!kind.namespaced || namespace === undefined) return;
  const found = context.store.get('namespaces', `/${namespace}`);
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (!isTerminating(found)) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refusal = forbidden(kind, name, why);
  throw new ApiError(403, 'Forbidden', refusal.message, {
    ...refusal.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

/** Throws 422 with all faults of the object; `old` is the object it replaces. */
export function validate(kind: Kind, object: KubernetesObject, old?: KubernetesObject): void {
  const { metadata } = object;
  const faults = [
    ...(old
      ? immutableFaults(metadata, old.metadata)
      : nameFaults(metadata.name, nameForms[kind.nameForm ?? 'subdomain'], 'metadata.name')),
    ...metadataFaults(metadata),
    ...(kind.validate?.(object, old) ?? []),
  ];
  if (faults.length > 0) throw invalid(kind, metadata.name ?? metadata.generateName ?? '', faults);
}

function immutableFaults(metadata: ObjectMeta, old: ObjectMeta) {
  return (['name', 'uid'] as const)
    .filter((field) => metadata[field] !== old[field])
    .map((field) => invalidValue(`metadata.${field}`, metadata[field], 'field is immutable'));
}
