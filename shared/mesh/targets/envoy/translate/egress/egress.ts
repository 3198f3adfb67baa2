import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { Directory, Place } from '../../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import { clusterOf } from '../cluster/cluster.ts';
import { clusterName } from '../cluster/name.ts';
import { passthrough } from '../cluster/passthrough.ts';
import { type EnvoyContext, emptyPart, joinedParts, type Part } from '../proxy.ts';
import type { Called, EgressPorts, EgressService } from './called.ts';
import { allowsAll, awsHost, httpPortsOf } from './egress-filter.ts';
import { gatewayListener, nodeListener } from './listener.ts';
import { egressPortsOf } from './ports.ts';
import { gatewayTable, nodeTable } from './virtual-host.ts';

export type { EgressService } from './called.ts';

type Owner = EntryOf<'VirtualNode'> | EntryOf<'VirtualGateway'>;

/** The egress listener of a proxy with its route tables and clusters. That of a gateway is its second hop. */
export function egressOf(
  owner: Owner,
  services: readonly EgressService[],
  place: Place,
  directory: Directory,
  context: EnvoyContext,
): Part {
  const common = owner.content.spec.backendDefaults?.clientPolicy ?? undefined;
  const isNode = isOfKind(owner, 'VirtualNode');
  const ports = egressPortsOf(services, { common, callsTcp: isNode }, directory, context);
  const called = [...[...ports.http.values()].flat(), ...ports.tcp.values()];
  const own = isNode ? nodePart(owner, ports, place) : gatewayPart(ports);
  const kept = { ...emptyPart.kept, services: [...ports.kept].sort() };
  return joinedParts([{ ...own, kept }, ...clustersOf(called, common, place, context)]);
}

function nodePart(node: EntryOf<'VirtualNode'>, ports: EgressPorts, place: Place): Part {
  const tables = httpPortsOf(ports, allowsAll(place)).map((port) =>
    nodeTable(port, ports.http.get(port) ?? [], [awsHost(port)]),
  );
  return {
    ...emptyPart,
    listeners: [nodeListener(node, ports, place)],
    clusters: [passthrough],
    routes: tables,
  };
}

function gatewayPart({ http }: EgressPorts): Part {
  return {
    ...emptyPart,
    listeners: [gatewayListener()],
    routes: [gatewayTable([...http.values()].flat())],
  };
}

/** Each once, in the order of their names. */
function clustersOf(
  called: readonly Called[],
  common: ClientPolicy | undefined,
  place: Place,
  context: EnvoyContext,
): readonly Part[] {
  const reached = called.flatMap(({ answer, policy: own }) =>
    answer.routes.flatMap(({ destinations }) =>
      destinations.map((destination) => {
        const name = clusterName(destination, destination.port, own);
        return [name, { destination, policy: own ?? common, own }] as const;
      }),
    ),
  );
  return [...new Map(reached)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => clusterOf(each, place, context));
}
