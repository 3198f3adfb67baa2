import { trackUpdate, writerOf } from '../apply/managed-fields.ts';
import { apiVersionOf, type Kind, resourceOf } from '../kinds/kind.ts';
import { isEqual, objectAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject, keyOf, type ManagedFieldsEntry } from '../model/objects.ts';
import { badRequest, conflict, type FieldFault, invalid, notFound, staleObject } from '../model/status.ts';
import { type ApiContext, timestamp, type WriteOptions, type Written } from './api-context.ts';
import { readObject, validate } from './prepare.ts';

/** Reads an object by name in the requested version. Throws 404. */
export function get(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
): KubernetesObject {
  const found = context.store.get(resourceOf(kind), `${kind.namespaced ? (namespace ?? '') : ''}/${name}`);
  if (!found) throw notFound(kind, name);
  return inVersion(found, kind);
}

/** The object in the requested version: those of custom kinds differ only in name (conversion strategy None). */
export function inVersion(object: KubernetesObject, kind: Kind): KubernetesObject {
  const apiVersion = apiVersionOf(kind);
  if (object.apiVersion === apiVersion) return object;
  return kind.hub ? kind.hub.fromHub(object) : { ...object, apiVersion };
}

/** Stores the object in the version that is stored, and returns it in its own. */
export function put(context: ApiContext, kind: Kind, object: KubernetesObject): KubernetesObject {
  return inVersion(context.store.put(resourceOf(kind), toStored(kind, object)), kind);
}

/** The object as it would be stored, of a dry run: a new one has no resourceVersion. */
export function unstored(kind: Kind, object: KubernetesObject): KubernetesObject {
  const { metadata, ...rest } = inVersion(toStored(kind, object), kind);
  const { resourceVersion, ...others } = metadata;
  return {
    ...rest,
    metadata: resourceVersion === '' ? (others as KubernetesObject['metadata']) : metadata,
  } as KubernetesObject;
}

function toStored(kind: Kind, object: KubernetesObject): KubernetesObject {
  if (!kind.hub) return object;
  const stored = kind.hub.toHub(object);
  kind.hub.kind.setDefaults?.(stored);
  return stored;
}

/**
 * Replaces an object, or its status through that subresource. Throws 409 if its uid or resourceVersion is not the
 * current one, and 422 if it is invalid. Does not write an update that changes nothing.
 */
export function update(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  body: unknown,
  options: WriteOptions,
): Written {
  const current = get(context, kind, namespace, name);
  const { uid } = objectAt(body, 'metadata');
  if (uid && uid !== current.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
    throw conflict(kind, name, why);
  }
  return write(context, kind, current, body, options);
}

/** Like `update`, for a patched `current`; its uid is not a precondition, but may not change. */
export function write(
  context: ApiContext,
  kind: Kind,
  current: KubernetesObject,
  body: unknown,
  options: WriteOptions,
): Written {
  const { namespace, name } = current.metadata;
  const { object, warnings } = readObject(body, kind, namespace, options);
  if (object.metadata.name !== name)
    throw badRequest(
      `the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${name})`,
    );
  checkVersion(kind, current, object);
  const writer = writerOf(kind, options.manager, 'Update', options.subresource);
  const written = replace(context, kind, current, object, options, (filled) =>
    trackUpdate(current, filled, kind, writer, timestamp()),
  );
  return { object: written, warnings, isCreated: false };
}

function checkVersion(kind: Kind, current: KubernetesObject, sent: KubernetesObject): void {
  const { resourceVersion, name } = sent.metadata;
  if (!resourceVersion && !kind.builtIn) {
    // Go prints a missing version as the number 0 in hexadecimal.
    const message = 'Invalid value: 0x0: must be specified for an update';
    const fault: FieldFault = { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message };
    throw invalid({ ...kind, kind: kind.plural }, name, [fault]);
  }
  if (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
    throw conflict(kind, name, staleObject);
}

/** Completes, validates and stores the new state; removes the object when its last finalizer is removed. */
export function replace(
  context: ApiContext,
  kind: Kind,
  current: KubernetesObject,
  object: KubernetesObject,
  options: WriteOptions,
  managedFields: (filled: KubernetesObject) => ManagedFieldsEntry[],
): KubernetesObject {
  const filled = merge(kind, current, object, options.subresource);
  validate(kind, filled, current);
  filled.metadata.managedFields = managedFields(filled);
  // A different order of managed fields alone is not a change.
  if (isEqual(withoutVersion(filled), withoutVersion(current))) return current;
  if (options.dryRun) return unstored(kind, filled);
  if (!isReleased(filled)) return put(context, kind, filled);
  return context.store.remove(resourceOf(kind), keyOf(filled), toStored(kind, filled)) ?? filled;
}

/** Whether a terminating object can be removed: neither a grace period nor finalizers block it. */
function isReleased(object: KubernetesObject): boolean {
  const { deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  const held = (object.spec as { finalizers?: unknown[] } | undefined)?.finalizers;
  const isHeld = object.kind === 'Namespace' && (held?.length ?? 0) > 0;
  return isTerminating(object) && deletionGracePeriodSeconds === 0 && finalizers.length === 0 && !isHeld;
}

/** Merges the fields that the writer may change through the subresource into the current object. */
function merge(
  kind: Kind,
  current: KubernetesObject,
  object: KubernetesObject,
  subresource: WriteOptions['subresource'],
): KubernetesObject {
  if (subresource === 'status') {
    const { managedFields, uid = current.metadata.uid } = object.metadata;
    // A custom kind's status strategy restores the old metadata first.
    const metadata = {
      ...current.metadata,
      ...(kind.builtIn && { uid }),
      ...(managedFields && { managedFields }),
    };
    return { ...current, metadata, status: object.status ?? {} };
  }
  const filled: KubernetesObject = { ...object, metadata: keepSystemFields(current, object) };
  if (kind.subresources.includes('status')) {
    if (current.status === undefined) delete filled.status;
    else filled.status = current.status;
  }
  kind.setDefaults?.(filled);
  kind.prepareUpdate?.(filled, current);
  const isChanged = kind.hasGeneration && !isEqual(content(filled, kind), content(current, kind));
  if (isChanged) filled.metadata.generation = (current.metadata.generation ?? 0) + 1;
  return filled;
}

function keepSystemFields(current: KubernetesObject, object: KubernetesObject): KubernetesObject['metadata'] {
  const { creationTimestamp, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds, generation } =
    current.metadata;
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    generation: ___,
    uid = current.metadata.uid,
    ...rest
  } = object.metadata;
  return {
    ...rest,
    uid,
    creationTimestamp,
    resourceVersion,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
    ...(generation !== undefined && { generation }),
  };
}

/** The part of an object that the generation counts: all but metadata, and status if it is a subresource. */
function content(object: KubernetesObject, kind: Kind): unknown {
  const { metadata: _, apiVersion: __, ...rest } = object;
  if (kind.subresources.includes('status')) delete rest.status;
  return rest;
}

function withoutVersion({ metadata, ...rest }: KubernetesObject): unknown {
  const { resourceVersion: _, managedFields, ...kept } = metadata;
  const fields = managedFields?.map(({ time: __, ...entry }) => entry);
  return { ...rest, metadata: { ...kept, managedFields: fields?.length ? fields : undefined } };
}
