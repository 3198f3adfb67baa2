import { type Context, childKey, type Dependant, type MeshRecord, type ResourceRecord } from '../context.ts';
import { notFound, resourceInUse } from '../errors.ts';
import type { Spec } from '../shapes/specs.ts';
import { titleOf } from './kinds.ts';
import { referencesOf } from './references.ts';
import type { ResourceKind } from './resource-kind.ts';

/** Throws NotFoundException if the spec refers to a missing resource. */
export function refuseUnresolved(mesh: MeshRecord, kind: ResourceKind, spec: Spec): void {
  const missing = referencesOf({ kind, spec }).find(
    (reference) => !mesh.children.has(childKey(reference.kind, undefined, reference.name)),
  );
  if (missing !== undefined) throw notFound(`${titleOf(missing.kind)} with name ${missing.name} is missing`);
}

/** Throws ResourceInUseException if a resource depends on this one, or did until a moment ago. */
export function refuseUsed(context: Context, mesh: MeshRecord, record: ResourceRecord): void {
  const nowMs = context.clock.now();
  const remaining = mesh.remains.filter(({ untilMs }) => untilMs > nowMs).map((remains) => remains.record);
  const dependants: readonly Dependant[] = [...mesh.children.values(), ...remaining];
  const dependant = dependants.find((other) => dependsOn(other, record));
  if (dependant !== undefined) throw resourceInUse(reason(record, dependant));
}

function dependsOn(dependant: Dependant, { kind, name }: ResourceRecord): boolean {
  if (kind === 'mesh') return dependant.kind !== 'mesh';
  if (parentKinds[dependant.kind] === kind && dependant.parentName === name) return true;
  return referencesOf(dependant).some((reference) => reference.kind === kind && reference.name === name);
}

const parentKinds: Partial<Record<ResourceKind, ResourceKind>> = {
  route: 'virtualRouter',
  gatewayRoute: 'virtualGateway',
};

/** AWS's texts, where bug reports quote them. */
function reason({ kind, name, resourceOwner }: ResourceRecord, dependant: Dependant): string {
  const title = titleOf(kind);
  const others = `${titleOf(dependant.kind)}s`;
  if (kind === 'mesh')
    return `Mesh ${name} for account ${resourceOwner} has active ${others}, please delete ${others} before deleting the Mesh`;
  if (parentKinds[dependant.kind] === kind)
    return `${title} you're trying to delete ${name} has active routes`;
  if (dependant.kind === 'virtualService')
    return `${title} with name ${name} cannot be deleted because it is a VirtualService provider`;
  if (dependant.kind === 'gatewayRoute')
    return `${title} ${name} is being referenced in the following: GATEWAY_ROUTE: [${dependant.name}]`;
  return `${title} with name ${name} cannot be deleted because it is the target of one or more routes.`;
}
