import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { Place } from '../../../../plan/directory.ts';
import { type EnvoyContext, emptyPart, type Part } from '../proxy.ts';
import type { Destination } from '../route/destination.ts';
import { sharedBy } from '../shared-by.ts';
import { upstreamOf } from '../upstream.ts';
import { discoveryOf } from './discovery.ts';
import { clusterName } from './name.ts';

/** A port of a virtual node as one proxy calls it. */
export interface Reached {
  readonly destination: Destination;
  /** What the proxy demands of it. */
  readonly policy: ClientPolicy | undefined;
  /** Likewise, if it is not what the proxy demands of its other backends. */
  readonly own: ClientPolicy | undefined;
}

/** Its cluster; none if the virtual node is refused, since what the proxy has of it stays. */
export function clusterOf(reached: Reached, place: Place, context: EnvoyContext): Part {
  const { destination, policy } = reached;
  const { node, port } = destination;
  if (node === undefined || context.isRefused(node)) return emptyPart;
  const make = () => made(reached, node, place, context);
  return policy === undefined
    ? sharedIn(context.instancesOf)(node, `${port} ${context.clusterDomain}`, make)
    : make();
}

/** Without a policy, a cluster is the same for all who call the virtual node. Its mesh is that of the virtual node. */
const shared = new WeakMap<EnvoyContext['instancesOf'], ReturnType<typeof sharedBy<Node, Part>>>();

function sharedIn(instancesOf: EnvoyContext['instancesOf']) {
  const known = shared.get(instancesOf) ?? sharedBy<Node, Part>();
  shared.set(instancesOf, known);
  return known;
}

type Node = NonNullable<Destination['node']>;

function made(
  { destination: { id, port }, policy, own }: Reached,
  node: Node,
  place: Place,
  context: EnvoyContext,
): Part {
  const name = clusterName({ id }, port, own);
  const discovery = discoveryOf(name, node, port, place, context);
  const upstream = upstreamOf(node, port, policy);
  const cluster = { name, connect_timeout: '1s', ...discovery.cluster, ...upstream.cluster };
  return {
    ...emptyPart,
    clusters: [cluster],
    endpoints: discovery.endpoints,
    secrets: upstream.secrets,
    kept: { ...emptyPart.kept, endpoints: discovery.isKept ? [name] : [] },
  };
}
