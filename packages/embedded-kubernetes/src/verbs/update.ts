import { trackUpdate, writerOf } from '../apply/managed-fields.ts';
import { apiVersionOf, type Kind, resourceOf } from '../kinds/kind.ts';
import { isEqual, objectAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject, keyOf, type ManagedFieldsEntry } from '../model/objects.ts';
import { badRequest, conflict, type FieldFault, invalid, notFound, staleObject } from '../model/status.ts';
import { type ApiContext, timestamp, type WriteOptions, type Written } from './api-context.ts';
import { readObject, validate } from './prepare.ts';

/** Reads the object at a name in the version of the request. Throws 404. */
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

/** The object as the version asked for has it: versions differ in nothing but the name (conversion strategy None). */
export function inVersion(object: KubernetesObject, kind: Kind): KubernetesObject {
  const apiVersion = apiVersionOf(kind);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/**
 * Replaces an object, or its status through that subresource. Throws 409 when its uid or its resourceVersion is not the
 * current one, and 422 for its faults. An update that changes nothing is not written.
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

/** As `update`, of what became of `current` by a patch; its uid is no precondition, but may not change. */
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
    // Go prints the version that is missing as the number 0 in hexadecimal.
    const message = 'Invalid value: 0x0: must be specified for an update';
    const fault: FieldFault = { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message };
    throw invalid({ ...kind, kind: kind.plural }, name, [fault]);
  }
  if (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
    throw conflict(kind, name, staleObject);
}

/** Completes, checks and stores the new state of an object; removes it when its last finalizer goes. */
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
  // The order of a no-op's managed fields may not make it a change.
  if (isEqual(withoutVersion(filled), withoutVersion(current))) return current;
  if (options.dryRun) return filled;
  const resource = resourceOf(kind);
  if (!isReleased(filled)) return context.store.put(resource, filled);
  return context.store.remove(resource, keyOf(filled), filled) ?? filled;
}

/** Whether nothing holds a terminating object back any more: a graceful period does, and so do finalizers. */
function isReleased(object: KubernetesObject): boolean {
  const { deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  const held = (object.spec as { finalizers?: unknown[] } | undefined)?.finalizers;
  const isHeld = object.kind === 'Namespace' && (held?.length ?? 0) > 0;
  return isTerminating(object) && deletionGracePeriodSeconds === 0 && finalizers.length === 0 && !isHeld;
}

/** What the writer may change of an object, through the subresource, over what it may not. */
function merge(
  kind: Kind,
  current: KubernetesObject,
  object: KubernetesObject,
  subresource: WriteOptions['subresource'],
): KubernetesObject {
  if (subresource === 'status') {
    const { managedFields, uid = current.metadata.uid } = object.metadata;
    // A custom kind's status strategy puts the old metadata back before anything looks at the new.
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

/** What the generation counts: everything but metadata, and but status where that is a subresource. */
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
