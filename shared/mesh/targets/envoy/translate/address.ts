import type { MeshSpec } from '../../../../model/mesh/kinds/mesh.ts';
import type { Place } from '../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../plan/entry.ts';
import type { Fields } from './typed.ts';

export type IpPreference = NonNullable<MeshSpec['meshServiceDiscovery']>['ipPreference'];

/** That of a virtual node, else that of its mesh. */
export function ipPreferenceOf(
  owner: EntryOf<'VirtualNode'> | EntryOf<'VirtualGateway'>,
  { mesh }: Pick<Place, 'mesh'>,
): IpPreference {
  const { dns, awsCloudMap } =
    ('serviceDiscovery' in owner.content.spec && owner.content.spec.serviceDiscovery) || {};
  const own = dns?.ipPreference ?? awsCloudMap?.ipPreference;
  return own ?? (isOfKind(mesh, 'Mesh') ? mesh.content.spec.meshServiceDiscovery?.ipPreference : undefined);
}

/** Where a listener accepts connections. As in App Mesh, without a preference on IPv4 only. */
export function listenAddress(preference: IpPreference, port: number): Fields {
  if (!preference || preference === 'IPv4_ONLY') return socketAddress('0.0.0.0', port);
  return socketAddress('::', port, preference === 'IPv6_ONLY' ? {} : { ipv4_compat: true });
}

/** The pod's own loopback address, in the family that the application is called by. */
export function loopbackAddress(preference: IpPreference, port: number): Fields {
  return socketAddress(preference?.startsWith('IPv6') ? '::1' : '127.0.0.1', port);
}

function socketAddress(address: string, port: number, others: Fields = {}): Fields {
  return { socket_address: { address, port_value: port, ...others } };
}
