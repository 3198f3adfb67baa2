import type { MeshKind } from '../../../../model/kubernetes.ts';
import { awsNameOf, type Directory, type Found, type Place } from '../../../plan/directory.ts';
import type { Entry } from '../../../plan/entry.ts';
import type { ResourceKind, ResourceName } from './resource-name.ts';

const kinds: Readonly<Partial<Record<MeshKind, ResourceKind>>> = {
  Mesh: 'mesh',
  VirtualNode: 'virtualNode',
  VirtualService: 'virtualService',
  VirtualRouter: 'virtualRouter',
  VirtualGateway: 'virtualGateway',
  GatewayRoute: 'gatewayRoute',
};

/** The resource of an object, without a virtual router's routes; or why it has none. */
export function resourceOf(directory: Directory, entry: Entry): Found<ResourceName> {
  const place = directory.placeOf(entry);
  return 'reason' in place ? place : resourceAt(place, entry);
}

export function resourceAt({ mesh, meshName, gateway }: Place, entry: Entry): Found<ResourceName> {
  const kind = kinds[entry.id.kind];
  if (kind === undefined) return { reason: `a ${entry.id.kind} has no App Mesh resource` };
  const meshOwner = mesh.membership?.meshOwner || undefined;
  const resource = { kind, meshName, meshOwner, name: awsNameOf(entry) };
  return gateway === undefined ? resource : { ...resource, parentName: awsNameOf(gateway) };
}
