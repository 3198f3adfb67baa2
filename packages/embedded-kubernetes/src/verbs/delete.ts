import { type Kind, resourceOf } from '../kinds/kind.ts';
import { numberAt, stringAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject, keyOf } from '../model/objects.ts';
import { conflict } from '../model/status.ts';
import { type ApiContext, timestamp } from './api-context.ts';
import { get, inVersion, put } from './update.ts';

/** The supported meta/v1 DeleteOptions. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly preconditions?:
    | { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
    | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface Deleted {
  /** The last state, or the terminating one. */
  readonly object: KubernetesObject;
  /** False while finalizers, a grace period or a namespace's contents block the deletion. */
  readonly isGone: boolean;
}

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';
const definitionFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/**
 * Deletes an object, or marks it as terminating: a scheduled pod terminates gracefully, a namespace is emptied first,
 * and finalizers block any deletion. Throws 404, or 409 if a precondition fails.
 */
export function remove(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions,
): Deleted {
  const current = get(context, kind, namespace, name);
  checkPreconditions(kind, current, options);
  const finalizers = finalizersFor(kind, current, options);
  const graceSeconds = graceOf(kind, current, options);
  const isHeld = finalizers.length > 0 || graceSeconds > 0 || kind.kind === 'Namespace';
  if (options.dryRun) return { object: current, isGone: !isHeld };
  if (!isHeld) {
    const removed = context.store.remove(resourceOf(kind), keyOf(current));
    return { object: removed ? inVersion(removed, kind) : current, isGone: true };
  }
  const marked = mark(kind, current, finalizers, graceSeconds);
  if (!marked) return { object: current, isGone: false };
  return { object: put(context, kind, marked), isGone: false };
}

function checkPreconditions(
  kind: Kind,
  { metadata }: KubernetesObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(kind, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(kind, metadata.name, why);
  }
}

function finalizersFor(kind: Kind, { metadata }: KubernetesObject, options: DeleteOptions): string[] {
  const finalizers = new Set(metadata.finalizers);
  if (options.propagationPolicy !== undefined) {
    finalizers.delete(orphanFinalizer);
    finalizers.delete(foregroundFinalizer);
  }
  if (options.propagationPolicy === 'Orphan') finalizers.add(orphanFinalizer);
  if (options.propagationPolicy === 'Foreground') finalizers.add(foregroundFinalizer);
  if (kind.kind === 'CustomResourceDefinition' && !isTerminating({ metadata } as KubernetesObject))
    finalizers.add(definitionFinalizer);
  return [...finalizers];
}

/** Only a pod on a node has a grace period; a later deletion may shorten it, but not extend it. */
function graceOf(kind: Kind, pod: KubernetesObject, options: DeleteOptions): number {
  if (kind.kind !== 'Pod' || stringAt(pod, 'spec', 'nodeName') === '') return 0;
  const phase = stringAt(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return 0;
  const wanted = options.gracePeriodSeconds ?? numberAt(pod, 'spec', 'terminationGracePeriodSeconds');
  return Math.min(wanted, pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
}

/** The terminating state; undefined if the object is already in it. */
function mark(
  kind: Kind,
  current: KubernetesObject,
  finalizers: string[],
  graceSeconds: number,
): KubernetesObject | undefined {
  const { metadata } = current;
  const isKnown =
    isTerminating(current) &&
    metadata.deletionGracePeriodSeconds === graceSeconds &&
    finalizers.join() === (metadata.finalizers ?? []).join();
  if (isKnown) return undefined;
  const since = metadata.deletionTimestamp && kind.kind !== 'Pod' ? metadata.deletionTimestamp : undefined;
  const marked: KubernetesObject = {
    ...current,
    metadata: {
      ...metadata,
      deletionTimestamp: since ?? timestamp(Date.now() + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
      ...(kind.hasGeneration && !isTerminating(current) && { generation: (metadata.generation ?? 0) + 1 }),
      ...(finalizers.length > 0 && { finalizers }),
    },
  };
  if (finalizers.length === 0) delete marked.metadata.finalizers;
  if (kind.kind === 'Namespace') marked.status = { ...(current.status as object), phase: 'Terminating' };
  return marked;
}
