import type { Context, MeshRecord, ResourceRecord } from './context.ts';
import type { ResourceName } from './resources/resource-kind.ts';
import type { Spec } from './shapes/specs.ts';

/** A resource as plain data, for assertions. */
export interface ResourceSnapshot extends ResourceName {
  readonly meshOwner: string;
  readonly resourceOwner: string;
  readonly arn: string;
  readonly version: number;
  /** As the client sent it. */
  readonly spec: Spec;
  readonly tags: Readonly<Record<string, string>>;
}

export function snapshot({ meshes }: Context): readonly ResourceSnapshot[] {
  return [...meshes.values()]
    .flatMap((mesh) =>
      [mesh, ...mesh.children.values()].map((record): [MeshRecord, ResourceRecord] => [mesh, record]),
    )
    .toSorted(([, first], [, second]) => first.order - second.order)
    .map(([mesh, record]) => resourceSnapshot(mesh, record));
}

function resourceSnapshot(mesh: MeshRecord, record: ResourceRecord): ResourceSnapshot {
  const { kind, name, parentName, resourceOwner, arn, version, spec, tags } = record;
  return {
    kind,
    meshName: mesh.name,
    meshOwner: mesh.owner,
    ...(parentName !== undefined && { parentName }),
    name,
    resourceOwner,
    arn,
    version,
    spec,
    tags: Object.fromEntries(tags),
  };
}
