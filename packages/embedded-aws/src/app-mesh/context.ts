import type { EngineContext } from '../engine/context.ts';
import type { ResourceKind } from './resources/resource-kind.ts';
import type { Settings } from './settings.ts';
import type { Spec } from './shapes/specs.ts';
import type { Tokens } from './tokens.ts';

/** The context of every operation. */
export interface Context extends EngineContext<Settings> {
  /** By owner and name. */
  readonly meshes: Map<string, MeshRecord>;
  readonly tokens: Tokens;
}

export interface ResourceRecord {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly parentName: string | undefined;
  readonly arn: string;
  readonly uid: string;
  readonly order: number;
  readonly resourceOwner: string;
  readonly createdAtMs: number;
  readonly tags: Map<string, string>;
  updatedAtMs: number;
  version: number;
  /** As the client sent it; see answers.ts for what AWS adds. */
  spec: Spec;
}

export interface MeshRecord extends ResourceRecord {
  readonly owner: string;
  /** All its resources, by childKey. */
  readonly children: Map<string, ResourceRecord>;
  /** Deleted or updated a moment ago; their references still count as in use. */
  remains: readonly Remains[];
}

/** A resource as it was before its deletion or update. */
export interface Remains {
  readonly record: Dependant;
  readonly untilMs: number;
}

export type Dependant = Pick<ResourceRecord, 'kind' | 'name' | 'parentName' | 'spec'>;

export function meshKey(owner: string, name: string): string {
  return `${owner}/${name}`;
}

/** JSON, because names may contain any character. */
export function childKey(kind: ResourceKind, parentName: string | undefined, name: string): string {
  return JSON.stringify([kind, parentName ?? '', name]);
}

export function childrenOf(
  mesh: MeshRecord,
  kind: ResourceKind,
  parentName: string | undefined,
): ResourceRecord[] {
  return [...mesh.children.values()].filter(
    (record) => record.kind === kind && record.parentName === parentName,
  );
}
