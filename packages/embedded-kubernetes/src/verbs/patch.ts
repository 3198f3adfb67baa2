import { ownable, withWriter, writeManaged, writerOf } from '../apply/managed-fields.ts';
import { applyConfiguration } from '../apply/server-side-apply.ts';
import { fieldsOf } from '../apply/typed.ts';
import { decode } from '../kinds/decode.ts';
import { type Kind, resourceOf } from '../kinds/kind.ts';
import { copy, isObject } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import {
  badRequest,
  conflict,
  invalid,
  invalidValue,
  notFound,
  staleObject,
  unsupportedMediaType,
} from '../model/status.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic.ts';
import { type ApiContext, timestamp, type WriteOptions, type Written } from './api-context.ts';
import { insert } from './create.ts';
import { checkNamespaceOpen, readObject } from './prepare.ts';
import { get, inVersion, replace, write } from './update.ts';

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
export type PatchType = keyof typeof patchTypes;

/** Applies a JSON, merge or strategic merge patch to the current object. Throws like `update`. */
export function patch(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  type: Exclude<PatchType, 'apply'>,
  body: unknown,
  options: WriteOptions,
): Written {
  const current = get(context, kind, namespace, name);
  const patched = patchObject(current, type, body, kind);
  if (options.fieldValidation === 'Strict')
    refuseUnknownFields(type === 'strategic' ? body : patched, patched, kind);
  // The patch applies to the current state; only a resourceVersion in the patch can be stale.
  return write(context, kind, current, patched, options);
}

/** Unlike in a whole object, unknown fields in a patch are a fault of the value `patch`: 422. */
function refuseUnknownFields(shown: unknown, patched: JsonObject, kind: Kind): void {
  const { unknownFields } = decode(patched, kind);
  if (unknownFields.length === 0) return;
  const why = `strict decoding error: ${unknownFields.map((path) => `unknown field "${path}"`).join(', ')}`;
  throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', JSON.stringify(shown), why)]);
}

/** The patched object; changes neither argument. Throws 415 for a strategic patch of a custom kind. */
export function patchObject(
  current: JsonObject,
  type: Exclude<PatchType, 'apply'>,
  body: unknown,
  kind: Pick<Kind, 'builtIn' | 'schema'>,
): JsonObject {
  if (type === 'json') return applyJsonPatch(current, body);
  if (!isObject(body)) throw badRequest('a merge patch must be an object');
  if (type === 'merge') return mergePatch(current, body) as JsonObject;
  if (!kind.builtIn) throw unsupportedMediaType([patchTypes.json, patchTypes.merge, patchTypes.apply]);
  return strategicMergePatch(current, body, kind.schema);
}

export interface ApplyOptions extends WriteOptions {
  readonly force: boolean;
}

/** Server-side apply; creates a missing object. Throws 409 for fields of other managers, unless forced. */
export function apply(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  body: unknown,
  options: ApplyOptions,
): Written {
  const configuration = readConfiguration(body, kind, namespace, name, options);
  const key = `${kind.namespaced ? (namespace ?? '') : ''}/${name}`;
  const current = context.store.get(resourceOf(kind), key);
  if (!current) return applyNew(context, kind, configuration, options);
  const live = inVersion(current, kind);
  const { resourceVersion, ...metadata } = configuration.object.metadata;
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion)
    throw conflict(kind, name, staleObject);
  const wanted = restrict(
    { ...configuration.object, metadata: metadata as KubernetesObject['metadata'] },
    kind,
    options,
  );
  const writer = writerOf(kind, options.manager, 'Apply', options.subresource);
  const applied = applyConfiguration(live, wanted, kind, writer, { force: options.force, now: timestamp() });
  const object = replace(context, kind, live, copy(applied.object), options, () => applied.managedFields);
  return { object, warnings: configuration.warnings, isCreated: false };
}

interface Configuration {
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
}

function readConfiguration(
  body: unknown,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  options: ApplyOptions,
): Configuration {
  if (!isObject(body) || body.apiVersion === undefined || body.kind === undefined)
    throw badRequest('an applied configuration must be an object with apiVersion and kind');
  const configuration = readObject(body, kind, namespace, options);
  if (configuration.object.metadata.managedFields?.length)
    throw badRequest('metadata.managedFields must be nil');
  configuration.object.metadata.name ??= name;
  if (configuration.object.metadata.name !== name)
    throw badRequest(
      `the name of the object (${configuration.object.metadata.name}) does not match the name on the URL (${name})`,
    );
  return configuration;
}

function applyNew(
  context: ApiContext,
  kind: Kind,
  { object, warnings }: Configuration,
  options: ApplyOptions,
): Written {
  const { name, uid } = object.metadata;
  if (options.subresource !== undefined) throw notFound(kind, name);
  if (uid)
    throw conflict(
      kind,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  checkNamespaceOpen(context, kind, object);
  const writer = writerOf(kind, options.manager, 'Apply');
  const fields = ownable(fieldsOf(object, kind.schema), kind, undefined);
  const managed = writeManaged(withWriter([], undefined, writer, fields, timestamp()));
  return { object: insert(context, kind, copy(object), options, () => managed), warnings, isCreated: true };
}

/** The status subresource applies only the status; the object itself everything else. */
function restrict(object: KubernetesObject, kind: Kind, { subresource }: WriteOptions): KubernetesObject {
  if (subresource === 'status') {
    const { apiVersion, kind: name, metadata, status } = object;
    const bare = { name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) };
    return { apiVersion, kind: name, metadata: bare as KubernetesObject['metadata'], status: status ?? {} };
  }
  if (!kind.subresources.includes('status')) return object;
  const { status: _, ...rest } = object;
  return rest as KubernetesObject;
}
