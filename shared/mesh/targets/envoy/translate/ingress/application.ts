import type { Listener } from '../../../../../model/mesh/listener.ts';
import { type IpPreference, loopbackAddress } from '../address.ts';
import type { EnvoyResource } from '../proxy.ts';
import { applicationName } from './chain.ts';
import { poolLimits } from './pool.ts';
import { protocolOptions } from './protocol.ts';

/** The application beside the proxy. */
export function applicationCluster(
  { portMapping: { port, protocol }, connectionPool }: Listener,
  preference: IpPreference,
): EnvoyResource {
  const name = applicationName(port);
  const endpoint = { address: loopbackAddress(preference, port) };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '0.25s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
    circuit_breakers: poolLimits(connectionPool),
    ...protocolOptions(protocol),
  };
}
