import {
  type Context,
  childKey,
  childrenOf,
  type MeshRecord,
  meshKey,
  type ResourceRecord,
} from '../context.ts';
import { conflict, forbidden, notFound } from '../errors.ts';
import type { Spec } from '../shapes/specs.ts';
import { dataOf, refOf } from './answers.ts';
import { refuseUnresolved, refuseUsed } from './dependencies.ts';
import { type Kind, titleOf } from './kinds.ts';
import { refuseWrongPorts } from './listener-ports.ts';
import { refuseForeign } from './ownership.ts';
import { page } from './paging.ts';
import { refuseBeyondQuota } from './quotas.ts';
import type { ResourceKind } from './resource-kind.ts';
import { setTags, type Tag } from './tags.ts';

/** A request about resources of a kind, with the same member names for all kinds. */
export interface ResourceInput {
  readonly meshName: string;
  readonly meshOwner: string | undefined;
  readonly parentName: string | undefined;
  /** For a mesh its meshName; empty for List. */
  readonly name: string;
  readonly spec: Spec;
  readonly clientToken: string | undefined;
  readonly tags: readonly Tag[];
  readonly limit: number | undefined;
  readonly nextToken: string | undefined;
}

export function create(context: Context, kind: Kind, input: ResourceInput): object {
  return kind.kind === 'mesh' ? createMesh(context, kind, input) : createChild(context, kind, input);
}

/** Every update increments the version: AWS documents no exception for an unchanged spec. */
export function update(context: Context, kind: Kind, input: ResourceInput): object {
  const { mesh, record } = find(context, kind, input);
  refuseForeign(context, record);
  refuseUnresolved(mesh, kind.kind, input.spec);
  refuseWrongPorts(mesh, kind.kind, input, input.spec);
  refuseBeyondQuota(context, kind.kind, input.spec);
  leave(context, mesh, { ...record });
  record.spec = input.spec;
  record.version += 1;
  record.updatedAtMs = context.clock.now();
  return dataOf(kind, mesh, record, 'ACTIVE');
}

export function describe(context: Context, kind: Kind, input: ResourceInput): object {
  const { mesh, record } = find(context, kind, input);
  return dataOf(kind, mesh, record, 'ACTIVE');
}

export function remove(context: Context, kind: Kind, input: ResourceInput): object {
  const { mesh, record } = find(context, kind, input);
  if (mesh.owner !== context.accountId) refuseForeign(context, record);
  refuseUsed(context, mesh, record);
  if (kind.kind === 'mesh') context.meshes.delete(meshKey(mesh.owner, mesh.name));
  else mesh.children.delete(childKey(record.kind, record.parentName, record.name));
  leave(context, mesh, { ...record });
  return dataOf(kind, mesh, { ...record, updatedAtMs: context.clock.now() }, 'DELETED');
}

export function list(context: Context, kind: Kind, input: ResourceInput): object {
  const { records, scope } = listed(context, kind, input);
  const { items, nextToken } = page(`${kind.collection} of ${scope}`, records, input);
  return { [kind.collection]: items.map(({ mesh, record }) => refOf(kind, mesh, record)), nextToken };
}

interface ListedRecord {
  readonly mesh: MeshRecord;
  readonly record: ResourceRecord;
  readonly order: number;
}

function listed(
  context: Context,
  { kind, parent }: Kind,
  input: ResourceInput,
): { readonly records: readonly ListedRecord[]; readonly scope: string } {
  if (kind === 'mesh') {
    const meshes = [...context.meshes.values()].map((mesh) => ({ mesh, record: mesh, order: mesh.order }));
    return { records: meshes, scope: 'the account' };
  }
  const mesh = findMesh(context, input);
  if (parent !== undefined) findChild(mesh, parent.kind, undefined, input.parentName ?? '');
  const records = childrenOf(mesh, kind, input.parentName).map((record) => ({
    mesh,
    record,
    order: record.order,
  }));
  return { records, scope: childKey(kind, input.parentName, mesh.arn) };
}

function createMesh(context: Context, kind: Kind, { name, spec, tags }: ResourceInput): object {
  const key = meshKey(context.accountId, name);
  if (context.meshes.has(key)) throw exists('mesh', name);
  const own = [...context.meshes.values()].filter(({ owner }) => owner === context.accountId);
  refuseBeyondQuota(context, 'mesh', spec, own.length);
  const arn = `arn:aws:appmesh:${context.region}:${context.accountId}:mesh/${name}`;
  const record = newRecord(context, { kind: 'mesh', name, parentName: undefined, arn, spec }, tags);
  const mesh: MeshRecord = { ...record, owner: context.accountId, children: new Map(), remains: [] };
  context.meshes.set(key, mesh);
  return dataOf(kind, mesh, mesh, 'ACTIVE');
}

function createChild(context: Context, kind: Kind, input: ResourceInput): object {
  const { name, parentName, spec, tags } = input;
  const mesh = findMesh(context, input);
  const parent = kind.parent && findChild(mesh, kind.parent.kind, undefined, parentName ?? '');
  const key = childKey(kind.kind, parentName, name);
  if (mesh.children.has(key)) throw exists(kind.kind, name);
  if (parent !== undefined) refuseForeign(context, parent);
  refuseUnresolved(mesh, kind.kind, spec);
  refuseWrongPorts(mesh, kind.kind, input, spec);
  refuseBeyondQuota(context, kind.kind, spec, childrenOf(mesh, kind.kind, parentName).length);
  const arn = `${parent?.arn ?? arnIn(context, mesh)}/${kind.kind}/${name}`;
  const record = newRecord(context, { kind: kind.kind, name, parentName, arn, spec }, tags);
  mesh.children.set(key, record);
  return dataOf(kind, mesh, record, 'ACTIVE');
}

/** The ARN of resources of an account in its own mesh, or in one shared with it. */
function arnIn({ accountId, region }: Context, mesh: MeshRecord): string {
  const owner = mesh.owner === accountId ? '' : `@${mesh.owner}`;
  return `arn:aws:appmesh:${region}:${accountId}:mesh/${mesh.name}${owner}`;
}

function newRecord(
  context: Context,
  given: Pick<ResourceRecord, 'kind' | 'name' | 'parentName' | 'arn' | 'spec'>,
  tags: readonly Tag[],
): ResourceRecord {
  const nowMs = context.clock.now();
  const record = {
    ...given,
    uid: uuidOf(context.random),
    order: context.next(),
    resourceOwner: context.accountId,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
    tags: new Map<string, string>(),
  };
  setTags(record.tags, tags);
  return record;
}

function uuidOf(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Its references stay in use for a moment. */
function leave({ clock, settings }: Context, mesh: MeshRecord, record: ResourceRecord): void {
  if (settings.releasedAfterMs <= 0) return;
  const nowMs = clock.now();
  const untilMs = nowMs + settings.releasedAfterMs;
  mesh.remains = [...mesh.remains.filter((remains) => remains.untilMs > nowMs), { record, untilMs }];
}

function find(
  context: Context,
  { kind }: Kind,
  input: ResourceInput,
): { readonly mesh: MeshRecord; readonly record: ResourceRecord } {
  const mesh = findMesh(context, input);
  return { mesh, record: kind === 'mesh' ? mesh : findChild(mesh, kind, input.parentName, input.name) };
}

/** Another account's mesh is found only if it is shared and meshOwner is set. */
function findMesh(
  { meshes, accountId }: Context,
  { meshName, meshOwner = accountId }: Pick<ResourceInput, 'meshName' | 'meshOwner'>,
): MeshRecord {
  const mesh = meshes.get(meshKey(meshOwner, meshName));
  if (mesh !== undefined) return mesh;
  if (meshOwner === accountId)
    throw notFound(`Mesh with name ${meshName} is not present for account ${accountId}`);
  throw forbidden(`Mesh ${meshName} of account ${meshOwner} is not shared with account ${accountId}`);
}

function findChild(
  mesh: MeshRecord,
  kind: ResourceKind,
  parentName: string | undefined,
  name: string,
): ResourceRecord {
  const record = mesh.children.get(childKey(kind, parentName, name));
  if (record !== undefined) return record;
  throw notFound(
    `${titleOf(kind)} with name ${name} is not present under mesh ${mesh.name} for account ${mesh.owner}`,
  );
}

function exists(kind: ResourceKind, name: string): Error {
  return conflict(`${titleOf(kind)} with name ${name} already exists`);
}
