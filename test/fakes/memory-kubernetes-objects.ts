import {
  ConflictError,
  KindNotServedError,
  NotFoundError,
  PermanentError,
} from '../../shared/model/errors.ts';
import {
  groupOf,
  idOf,
  idText,
  type LiveObject,
  type Manifest,
  type ObjectId,
} from '../../shared/model/kubernetes-object.ts';
import { fieldManager } from '../../shared/model/own-object.ts';
import type {
  KubernetesObjects,
  ObjectListOptions,
  ObjectType,
} from '../../shared/ports/kubernetes-objects.ts';
import { fieldTree, leavesOf, setLeaf, unsetLeaf } from './field-leaves.ts';
import { copy } from './memory-values.ts';

interface Stored {
  readonly object: LiveObject;
  /** The leaves that each manager owns. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface MemoryKubernetesOptions {
  /** The versions served of a kind, by `networking.istio.io/ServiceEntry`; of a kind without entry, all. */
  readonly served?: Readonly<Record<string, readonly string[]>>;
  /** Namespaces in which nothing can be created. */
  readonly missingNamespaces?: readonly string[];
  readonly now?: () => number;
}

/**
 * Objects of one cluster in memory, with server-side apply: a list is one field, as in a kind whose definition names no
 * keys. `calls` are those of the port so far, such as `apply ServiceEntry shop/cart`.
 */
export class MemoryKubernetesObjects implements KubernetesObjects {
  readonly calls: string[] = [];
  served: Readonly<Record<string, readonly string[]>>;
  readonly #objects = new Map<string, Stored>();
  readonly #missingNamespaces: ReadonlySet<string>;
  readonly #now: () => number;
  #revision = 0;

  constructor({ served = {}, missingNamespaces = [], now = () => Date.now() }: MemoryKubernetesOptions = {}) {
    this.served = served;
    this.#missingNamespaces = new Set(missingNamespaces);
    this.#now = now;
  }

  /** Every object, in the version in which it was written last. */
  get all(): readonly LiveObject[] {
    return [...this.#objects.values()].map(({ object }) => copy(object));
  }

  async servedVersion(group: string, kind: string, versions: readonly string[]): Promise<string | undefined> {
    this.calls.push(`discover ${group}/${kind}`);
    const served = this.served[`${group}/${kind}`];
    return versions.find((version) => served?.includes(version) ?? true);
  }

  async get(id: ObjectId): Promise<LiveObject | undefined> {
    this.#record('get', id);
    const found = this.#objects.get(keyOf(id));
    return found && inVersion(found.object, id.apiVersion);
  }

  async list(type: ObjectType, options: ObjectListOptions = {}): Promise<readonly LiveObject[]> {
    this.#refuseUnserved(type);
    const { namespace, labelSelector } = options;
    this.calls.push(`list ${[type.kind, namespace, labelSelector].filter(Boolean).join(' ')}`);
    const group = groupOf(type.apiVersion);
    return [...this.#objects.values()]
      .map(({ object }) => object)
      .filter((object) => object.kind === type.kind && groupOf(object.apiVersion) === group)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .filter(({ metadata }) => isSelected(metadata.labels ?? {}, labelSelector))
      .sort((a, b) => (keyOf(idOf(a)) < keyOf(idOf(b)) ? -1 : 1))
      .map((object) => inVersion(object, type.apiVersion));
  }

  async create(manifest: Manifest): Promise<LiveObject> {
    const id = this.#record('create', idOf(manifest));
    const { owners = new Map<string, ReadonlySet<string>>() } = this.#objects.get(keyOf(id)) ?? {};
    const isOfOther = [...owners].some(
      ([owner, owned]) => owner !== fieldManager && [...owned].some((leaf) => /^\["(spec|data)"/.test(leaf)),
    );
    if (isOfOther) throw new ConflictError(`${idText(id)} was created by somebody else`);
    return this.write(manifest);
  }

  async apply(manifest: Manifest, { force = false }: { readonly force?: boolean } = {}): Promise<LiveObject> {
    this.#record('apply', idOf(manifest));
    return this.write(manifest, { force });
  }

  async annotate(
    { id, uid }: { readonly id: ObjectId; readonly uid: string },
    annotations: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.#record('annotate', id);
    const { apiVersion, kind, name, namespace } = id;
    if (!this.#objects.has(keyOf(id))) throw new NotFoundError('object', `${idText(id)} not found`);
    const manager = `${fieldManager} annotate`;
    this.write(
      { apiVersion, kind, metadata: { name, namespace, uid, annotations } },
      { manager, force: true },
    );
  }

  async delete({ id, uid }: { readonly id: ObjectId; readonly uid: string }): Promise<void> {
    this.#record('delete', id);
    const found = this.#objects.get(keyOf(id));
    if (!found) throw new NotFoundError('object', `${idText(id)} not found`);
    if (found.object.metadata.uid !== uid) throw new ConflictError(`${idText(id)} is another object by now`);
    this.#objects.delete(keyOf(id));
  }

  /** Server-side apply by any field manager, such as `kubectl`. It is not recorded in `calls`. */
  write(
    manifest: Manifest,
    { manager = fieldManager, force = false }: { readonly manager?: string; readonly force?: boolean } = {},
  ): LiveObject {
    const id = idOf(manifest);
    const found = this.#objects.get(keyOf(id));
    const { uid } = manifest.metadata;
    if (uid !== undefined && found?.object.metadata.uid !== uid)
      throw new ConflictError(`${idText(id)} is another object by now, or gone`);
    if (!found && this.#missingNamespaces.has(id.namespace))
      throw new NotFoundError('object', `namespace "${id.namespace}" not found`);
    const before: Stored = found ?? { object: this.#empty(id), owners: new Map() };
    const leaves = leavesOf(manifest);
    if (!force) refuseConflicts(before, manager, leaves);
    const after = merged(before, manager, leaves, id.apiVersion);
    if (found && isSame(found, after)) return inVersion(found.object, id.apiVersion);
    this.#revision += 1;
    const metadata = { ...after.object.metadata, resourceVersion: String(this.#revision) };
    this.#objects.set(keyOf(id), { ...after, object: { ...after.object, metadata } });
    return copy({ ...after.object, metadata });
  }

  /** Sets the status, as the kind's controller does. */
  writeStatus(id: ObjectId, status: Readonly<Record<string, unknown>>): void {
    const found = this.#objects.get(keyOf(id));
    if (!found) throw new NotFoundError('object', `${idText(id)} not found`);
    this.#revision += 1;
    const metadata = { ...found.object.metadata, resourceVersion: String(this.#revision) };
    this.#objects.set(keyOf(id), { ...found, object: { ...found.object, metadata, status: copy(status) } });
  }

  #empty({ apiVersion, kind, namespace, name }: ObjectId): LiveObject {
    const creationTimestamp = new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const uid = crypto.randomUUID();
    const place = { name, ...(namespace && { namespace }) };
    return { apiVersion, kind, metadata: { ...place, uid, resourceVersion: '', creationTimestamp } };
  }

  #record(verb: string, id: ObjectId): ObjectId {
    this.#refuseUnserved(id);
    this.calls.push(`${verb} ${idText(id)}`);
    return id;
  }

  #refuseUnserved({ apiVersion, kind }: ObjectType): void {
    const group = groupOf(apiVersion);
    const served = this.served[`${group}/${kind}`];
    if (served === undefined || served.includes(apiVersion.slice(group ? group.length + 1 : 0))) return;
    throw new KindNotServedError(`the cluster does not serve ${kind} of ${apiVersion}`);
  }
}

function keyOf({ apiVersion, kind, namespace, name }: ObjectId): string {
  return [groupOf(apiVersion), kind, namespace, name].join('|');
}

function inVersion(object: LiveObject, apiVersion: string): LiveObject {
  return copy({ ...object, apiVersion });
}

/** Equality only: `app=cart,tier!=web,managed` are all that we use. */
function isSelected(labels: Readonly<Record<string, string>>, selector = ''): boolean {
  return selector
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, name = '', operator = '', value = ''] = /^([^=!]+)(=|==|!=)?([^=]*)$/.exec(term) ?? [];
      if (name === '') throw new PermanentError(`label selector "${term}" is not supported`);
      if (operator === '') return name in labels;
      return (labels[name] === value) === (operator !== '!=');
    });
}

function refuseConflicts({ object, owners }: Stored, manager: string, leaves: ReadonlyMap<string, unknown>) {
  const live = leavesOf(object);
  const faults = [...owners]
    .filter(([owner]) => owner !== manager)
    .flatMap(([owner, owned]) =>
      [...leaves.keys()]
        .filter((leaf) => owned.has(leaf) && text(live.get(leaf)) !== text(leaves.get(leaf)))
        .map((leaf) => `conflict with "${owner}": .${JSON.parse(leaf).join('.')}`),
    );
  if (faults.length > 0) throw new ConflictError(`Apply failed: ${faults.join(', ')}`);
}

function merged(
  { object, owners }: Stored,
  manager: string,
  leaves: ReadonlyMap<string, unknown>,
  apiVersion: string,
): Stored {
  const next = copy(object) as LiveObject & Record<string, unknown>;
  const live = leavesOf(object);
  const others = new Map<string, ReadonlySet<string>>();
  for (const [owner, owned] of owners) {
    if (owner === manager) continue;
    const kept = [...owned].filter(
      (leaf) => !leaves.has(leaf) || text(leaves.get(leaf)) === text(live.get(leaf)),
    );
    if (kept.length > 0) others.set(owner, new Set(kept));
  }
  for (const leaf of owners.get(manager) ?? [])
    if (!leaves.has(leaf) && ![...others.values()].some((owned) => owned.has(leaf))) unsetLeaf(next, leaf);
  for (const [leaf, value] of leaves) setLeaf(next, leaf, value);
  const all = leaves.size > 0 ? new Map([...others, [manager, new Set(leaves.keys())]]) : others;
  const managedFields = [...all].map(([owner, owned]) => ({
    ...{ manager: owner, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1' },
    fieldsV1: fieldTree(owned),
  }));
  return { owners: all, object: { ...next, metadata: { ...next.metadata, managedFields } } };
}

function isSame(a: Stored, b: Stored): boolean {
  const [one, other] = [a, b].map(({ object }) => text([...leavesOf(object)].sort(byKey)));
  return one === other && text(ownersText(a)) === text(ownersText(b));
}

function ownersText({ owners }: Stored): unknown {
  return [...owners].map(([owner, owned]) => [owner, [...owned].sort()]).sort();
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}
