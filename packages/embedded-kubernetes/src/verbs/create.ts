import { randomUUID } from 'node:crypto';
import { trackUpdate, writerOf } from '../apply/managed-fields.ts';
import { type Kind, resourceOf } from '../kinds/kind.ts';
import { type KubernetesObject, keyOf, type ManagedFieldsEntry, type ObjectMeta } from '../model/objects.ts';
import { ApiError, alreadyExists, badRequest } from '../model/status.ts';
import { admit } from './admission.ts';
import { type ApiContext, timestamp, type WriteOptions, type Written } from './api-context.ts';
import { checkNamespaceOpen, readObject, validate } from './prepare.ts';
import { randomSuffix } from './random-name.ts';
import { put, unstored } from './update.ts';

/**
 * Creates an object. Throws the API's errors: 400 for a body of another kind, 404 or 403 for its namespace, 409 if it
 * exists, 422 if it is invalid.
 */
export function create(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions,
): Written {
  const { object, warnings } = readObject(body, kind, namespace, options);
  if (object.metadata.resourceVersion)
    throw badRequest('resourceVersion should not be set on objects to be created');
  const writer = writerOf(kind, options.manager, 'Update');
  const created = insert(context, kind, object, options, (filled) =>
    trackUpdate(undefined, filled, kind, writer, timestamp()),
  );
  return { object: created, warnings, isCreated: true };
}

/** Completes, validates and stores a new object; `managedFields` returns the field owners after defaulting. */
export function insert(
  context: ApiContext,
  kind: Kind,
  object: KubernetesObject,
  options: WriteOptions,
  managedFields: (filled: KubernetesObject) => ManagedFieldsEntry[],
): KubernetesObject {
  const resource = resourceOf(kind);
  const completed = complete(context, kind, object, resource);
  checkDefinition(context, kind);
  checkNamespaceOpen(context, kind, completed);
  const filled = admit(context, kind, completed);
  // What only the server sets has no manager, so that an apply does not remove it.
  const managed = managedFields(filled);
  kind.prepareCreate?.(filled);
  validate(kind, filled);
  if (context.store.get(resource, keyOf(filled))) throw alreadyExists(kind, filled.metadata.name);
  filled.metadata.managedFields = managed;
  context.allocate(kind, filled);
  return options.dryRun ? unstored(kind, filled) : put(context, kind, filled);
}

function complete(
  context: ApiContext,
  kind: Kind,
  object: KubernetesObject,
  resource: string,
): KubernetesObject {
  const filled: KubernetesObject = { ...object, metadata: newMetadata(object.metadata, kind) };
  // Only a Node is created with its status, by the kubelet.
  if (kind.subresources.includes('status') && kind.kind !== 'Node') delete filled.status;
  const { generateName, namespace = '' } = filled.metadata;
  while (!filled.metadata.name && generateName) {
    const name = `${generateName.slice(0, maxPrefix)}${randomSuffix()}`;
    if (!context.store.get(resource, `${namespace}/${name}`)) filled.metadata.name = name;
  }
  kind.setDefaults?.(filled);
  return filled;
}

/** A generated name is at most 63 characters, 5 of them random (apiserver's names package). */
const maxPrefix = 58;

function newMetadata(sent: ObjectMeta, kind: Kind): ObjectMeta {
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    generation: ___,
    resourceVersion: ____,
    ...rest
  } = sent;
  return {
    ...rest,
    uid: randomUUID(),
    creationTimestamp: timestamp(),
    resourceVersion: '',
    ...(kind.hasGeneration && { generation: 1 }),
  };
}

/** Rejects new objects of a custom kind while its definition is being deleted. */
function checkDefinition(context: ApiContext, kind: Kind): void {
  if (kind.builtIn) return;
  const definition = context.store.get(
    'customresourcedefinitions.apiextensions.k8s.io',
    `/${resourceOf(kind)}`,
  );
  if (definition?.metadata.deletionTimestamp !== undefined)
    throw new ApiError(
      405,
      'MethodNotAllowed',
      'create not allowed while custom resource definition is terminating',
    );
}
