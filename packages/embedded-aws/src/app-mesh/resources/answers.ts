import type { MeshRecord, ResourceRecord } from '../context.ts';
import { filledIn } from './filled-in.ts';
import type { Kind } from './kinds.ts';

/** The response of Create, Update, Describe and Delete. Times are Dates. */
export function dataOf(
  kind: Kind,
  mesh: MeshRecord,
  record: ResourceRecord,
  status: 'ACTIVE' | 'DELETED',
): Readonly<Record<string, unknown>> {
  const { arn, uid, version, createdAtMs, updatedAtMs, resourceOwner } = record;
  return {
    ...namesOf(kind, mesh, record),
    metadata: {
      arn,
      createdAt: new Date(createdAtMs),
      lastUpdatedAt: new Date(updatedAtMs),
      meshOwner: mesh.owner,
      resourceOwner,
      uid,
      version,
    },
    spec: filledIn(record),
    status: { status },
  };
}

/** An item of a List response. */
export function refOf(
  kind: Kind,
  mesh: MeshRecord,
  record: ResourceRecord,
): Readonly<Record<string, unknown>> {
  const { arn, version, createdAtMs, updatedAtMs, resourceOwner } = record;
  return {
    ...namesOf(kind, mesh, record),
    arn,
    createdAt: new Date(createdAtMs),
    lastUpdatedAt: new Date(updatedAtMs),
    meshOwner: mesh.owner,
    resourceOwner,
    version,
  };
}

function namesOf({ nameMember, parent }: Kind, mesh: MeshRecord, { name, parentName }: ResourceRecord) {
  return {
    meshName: mesh.name,
    ...(parent !== undefined && { [parent.nameMember]: parentName }),
    [nameMember]: name,
  };
}
