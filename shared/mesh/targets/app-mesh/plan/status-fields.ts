import type { ObjectName } from '../../../../model/records/mesh-claim.ts';
import type { MeshStatus } from '../../../../model/records/mesh-status.ts';
import { isHeldBy } from '../../../plan/status.ts';
import type { AppMeshClaim } from './app-mesh-claim.ts';

type Claims = readonly (AppMeshClaim | undefined)[];

/** The ARNs in an object's status. */
export function statusFields(id: ObjectName, [own, ...parts]: Claims): Pick<MeshStatus, 'arn' | 'routeArns'> {
  return {
    arn: arnOf(id, own),
    ...(id.kind === 'VirtualRouter' && { routeArns: routeArns(id, parts) }),
  };
}

function arnOf(id: ObjectName, own: AppMeshClaim | undefined): string | null | undefined {
  if (own === undefined || own.owner !== undefined) return undefined;
  return isHeldBy(id, own) ? own.id : null;
}

function routeArns(id: ObjectName, claims: Claims): Readonly<Record<string, string>> {
  return Object.fromEntries(
    claims.flatMap((claim) =>
      claim?.id !== undefined && isHeldBy(id, claim) ? [[claim.resource.name, claim.id]] : [],
    ),
  );
}
