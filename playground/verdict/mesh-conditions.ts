import { type MeshKind, meshKinds } from '../../shared/model/kubernetes.ts';
import { type MeshCondition, type MeshObject, meshObjectName } from '../mesh/mesh-conditions.ts';

/** A condition that is not True. */
export interface ConditionFault {
  readonly object: MeshObject;
  readonly condition: MeshCondition;
}

/** By kind, namespace and name. */
export function sorted(objects: readonly MeshObject[]): readonly MeshObject[] {
  return objects.toSorted(
    (a, b) => order(a.kind) - order(b.kind) || compare(meshObjectName(a), meshObjectName(b)),
  );
}

function order(kind: string): number {
  return meshKinds.indexOf(kind as MeshKind);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first object whose status does not say yet what became of its current generation, or null. */
export function unobserved(objects: readonly MeshObject[]): string | null {
  const first = objects.find(({ kind, metadata: { generation = 1 }, status }) => {
    const isThere = status?.conditions?.some(({ type }) => type === `${kind}Active`) ?? false;
    return !isThere || (status?.observedGeneration ?? generation) < generation;
  });
  return first === undefined ? null : `${meshObjectName(first)} has no condition of its current generation`;
}

/** The conditions that are not True, in the order of the objects. An object without conditions counts as one. */
export function conditionFaults(objects: readonly MeshObject[]): readonly ConditionFault[] {
  return objects.flatMap((object) => {
    const conditions = object.status?.conditions ?? [];
    const isThere = conditions.some(({ type }) => type === `${object.kind}Active`);
    const missing = { type: `${object.kind}Active`, status: 'missing' };
    return [...(isThere ? [] : [missing]), ...conditions]
      .filter(({ status }) => status !== 'True')
      .map((condition) => ({ object, condition }));
  });
}
