import { isTerminating, type KubernetesObject, type OwnerReference } from '../model/objects.ts';
import type { Change } from '../storage/store.ts';
import type { Api } from '../verbs/api.ts';
import { foregroundFinalizer, orphanFinalizer } from '../verbs/delete.ts';
import { type ControlPlane, WorkQueue } from './control-plane.ts';

interface Place {
  readonly resource: string;
  readonly key: string;
}

/**
 * Deletes dependents by their ownerReferences: in the background after all owners are deleted, or before the owner on a
 * foreground deletion. On deletion with Orphan it removes the references instead.
 */
export class GarbageCollector {
  readonly #plane: ControlPlane;
  readonly #api: Api;
  readonly #queue: WorkQueue;
  /** The location of each object, by uid. */
  readonly #places = new Map<string, Place>();
  /** The uids of an owner's dependents, by the owner's uid. */
  readonly #dependents = new Map<string, Set<string>>();

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#api = plane.client('kube-controller-manager');
    this.#queue = new WorkQueue(plane.timers, (uid) => this.#reconcile(uid));
    plane.store.subscribe(undefined, (change) => this.#observe(change));
  }

  #observe(change: Change): void {
    this.#recordOwners(change);
    const { type, object, previous, resource, key } = change;
    const { uid } = object.metadata;
    if (type === 'DELETED') {
      this.#places.delete(uid);
      for (const dependent of this.#dependents.get(uid) ?? []) this.#queue.add(dependent);
      for (const owner of ownersOf(previous)) this.#queue.add(owner.uid);
      return;
    }
    this.#places.set(uid, { resource, key });
    if (isTerminating(object) || (type === 'ADDED' && ownersOf(object).length > 0)) this.#queue.add(uid);
  }

  #recordOwners({ type, object, previous }: Change): void {
    const { uid, ownerReferences } = object.metadata;
    const isDeleted = type === 'DELETED';
    if (!isDeleted && previous?.metadata.ownerReferences === ownerReferences) return;
    for (const owner of ownersOf(previous)) this.#dependents.get(owner.uid)?.delete(uid);
    if (!isDeleted) for (const owner of ownersOf(object)) this.#dependentsOf(owner.uid).add(uid);
  }

  #dependentsOf(uid: string): Set<string> {
    const found = this.#dependents.get(uid);
    if (found) return found;
    const created = new Set<string>();
    this.#dependents.set(uid, created);
    return created;
  }

  #find(uid: string): KubernetesObject | undefined {
    const place = this.#places.get(uid);
    return place && this.#plane.store.get(place.resource, place.key);
  }

  #reconcile(uid: string): void {
    const object = this.#find(uid);
    if (!object) {
      if (this.#dependents.get(uid)?.size === 0) this.#dependents.delete(uid);
      return;
    }
    if (isTerminating(object)) this.#releaseOwner(object);
    else this.#checkOwners(object);
  }

  /** Deletes an object without existing owners; removes references to deleted owners. */
  #checkOwners(object: KubernetesObject): void {
    const owners = ownersOf(object);
    if (owners.length === 0) return;
    const living = owners.filter(({ uid }) => this.#places.has(uid));
    const waiting = living.filter(({ uid }) => has(this.#find(uid), foregroundFinalizer));
    if (living.length === 0) this.#api.delete(object, { propagationPolicy: 'Background' });
    else if (waiting.length === living.length) this.#api.delete(object, { propagationPolicy: 'Foreground' });
    else if (living.length < owners.length) this.#setOwners(object, living);
  }

  #releaseOwner(owner: KubernetesObject): void {
    const dependents = [...(this.#dependents.get(owner.metadata.uid) ?? [])]
      .map((uid) => this.#find(uid))
      .filter((dependent) => dependent !== undefined);
    if (has(owner, orphanFinalizer)) {
      for (const dependent of dependents)
        this.#setOwners(
          dependent,
          ownersOf(dependent).filter(({ uid }) => uid !== owner.metadata.uid),
        );
      this.#dropFinalizer(owner, orphanFinalizer);
    } else if (has(owner, foregroundFinalizer)) {
      const blocking = dependents.filter((dependent) => blocks(dependent, owner));
      if (blocking.length === 0) this.#dropFinalizer(owner, foregroundFinalizer);
      for (const { metadata } of dependents) this.#queue.add(metadata.uid);
    }
  }

  #setOwners(object: KubernetesObject, ownerReferences: OwnerReference[]): void {
    this.#api.update({ ...object, metadata: { ...object.metadata, ownerReferences } });
  }

  #dropFinalizer(owner: KubernetesObject, finalizer: string): void {
    const latest = this.#find(owner.metadata.uid);
    if (!latest) return;
    const finalizers = latest.metadata.finalizers?.filter((each) => each !== finalizer) ?? [];
    this.#api.update({ ...latest, metadata: { ...latest.metadata, finalizers } });
  }
}

function ownersOf(object: KubernetesObject | undefined): OwnerReference[] {
  return object?.metadata.ownerReferences ?? [];
}

function has(object: KubernetesObject | undefined, finalizer: string): boolean {
  return object?.metadata.finalizers?.includes(finalizer) ?? false;
}

function blocks(dependent: KubernetesObject, owner: KubernetesObject): boolean {
  return ownersOf(dependent).some(
    (each) => each.uid === owner.metadata.uid && each.blockOwnerDeletion === true,
  );
}
