import type { Listener } from '../../../../../model/mesh/listener.ts';
import type { Directory } from '../../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import { perDirectory } from '../../../../plan/per-directory.ts';
import { Report } from '../../../../plan/report.ts';
import { milliseconds } from '../../../../routing/timing.ts';
import type { Wanted } from '../outcome.ts';
import { durationText, int32 } from '../route/duration.ts';
import { nodeHostOf } from './node-host.ts';

type Node = EntryOf<'VirtualNode'>;

/** How a port of a virtual node is called, as in a DestinationRule. */
export type PortPolicy = Readonly<Record<string, unknown>>;

/** By port, how any client calls the node; a port without rules is not in it. */
export function portPoliciesOf(node: Node): ReadonlyMap<number, PortPolicy> {
  const whose = nodeHostOf(node, new Report())?.whose;
  const all = (node.content.spec.listeners ?? []).map(
    (listener) => [listener.portMapping.port, policyOf(listener, whose === 'local')] as const,
  );
  return new Map(all.filter(([, policy]) => Object.keys(policy).length > 0));
}

function policyOf({ portMapping, outlierDetection, timeout, tls }: Listener, isService: boolean): PortPolicy {
  const idle = timeout?.tcp?.idle;
  // The port of a Kubernetes Service may say nothing of HTTP/2.
  const isHttp2 = isService && ['http2', 'grpc'].includes(portMapping.protocol);
  const pool = {
    ...(idle && milliseconds(idle) > 0 && { tcp: { idleTimeout: durationText(idle) } }),
    ...(isHttp2 && { http: { h2UpgradePolicy: 'UPGRADE' } }),
  };
  return {
    ...(Object.keys(pool).length > 0 && { connectionPool: pool }),
    ...(outlierDetection && {
      outlierDetection: {
        consecutive5xxErrors: int32(outlierDetection.maxServerErrors),
        interval: durationText(outlierDetection.interval),
        baseEjectionTime: durationText(outlierDetection.baseEjectionDuration),
        // For Istio 0 is its default of 10.
        maxEjectionPercent: Math.max(1, outlierDetection.maxEjectionPercent),
      },
      // With outlier detection Istio prefers near endpoints, which App Mesh does not.
      loadBalancer: { localityLbSetting: { enabled: false } },
    }),
    // What a client without a policy of its own does: it encrypts and verifies nothing.
    ...(tls && tls.mode !== 'DISABLED' && { tls: { mode: 'SIMPLE', insecureSkipVerify: true } }),
  };
}

/** Of the ports that have settings. */
export function portLevelSettings(policies: ReadonlyMap<number, PortPolicy>): readonly object[] {
  return [...policies]
    .filter(([, policy]) => Object.keys(policy).length > 0)
    .sort(([a], [b]) => a - b)
    .map(([number, policy]) => ({ port: { number }, ...policy }));
}

/**
 * The DestinationRule of a node's host. Of several nodes with the same Kubernetes Service the first by name has it, with
 * the ports of all; one that wants something else of the same port is refused.
 */
export function destinationRuleOf(node: Node, directory: Directory, report: Report): readonly Wanted[] {
  const found = nodeHostOf(node, new Report());
  if (found === undefined) return [];
  if (found.whose === 'foreign') {
    reportForeign(node, report);
    return [];
  }
  const shared = found.whose === 'own' ? sharedBy([node]) : sharedHosts(directory).get(found.host);
  if (shared === undefined) return [];
  reportOthers(node, shared, report);
  const all = new Map([...shared.ports].map(([port, { policy }]) => [port, policy] as const));
  const settings = portLevelSettings(all);
  if (shared.first !== node || settings.length === 0) return [];
  const spec = { host: found.host, trafficPolicy: { portLevelSettings: settings } };
  return [{ kind: 'DestinationRule', namespace: node.id.namespace, name: node.id.name, spec }];
}

/** Of a host, the first node, and by port the first that listens there, with its settings. */
interface Shared {
  readonly first: Node | undefined;
  readonly ports: ReadonlyMap<number, { readonly node: Node; readonly policy: PortPolicy }>;
}

function sharedBy(nodes: readonly Node[]): Shared {
  const ports = nodes.toReversed().flatMap((node) => {
    const policies = portPoliciesOf(node);
    return portsOf(node).map((port) => [port, { node, policy: policies.get(port) ?? {} }] as const);
  });
  return { first: nodes[0], ports: new Map(ports) };
}

/** The settings of a port by an earlier node count. */
function reportOthers(node: Node, { ports }: Shared, report: Report): void {
  const own = portPoliciesOf(node);
  for (const port of portsOf(node)) {
    const { node: earlier = node, policy = {} } = ports.get(port) ?? {};
    if (JSON.stringify(own.get(port) ?? {}) !== JSON.stringify(policy))
      report.refuse(
        'spec.serviceDiscovery.dns.hostname',
        `VirtualNode "${earlier.id.name}" has other settings for this host and port`,
        'a Service of its own',
      );
  }
}

function portsOf({ content }: Node): readonly number[] {
  return (content.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
}

/** By host of a Kubernetes Service, the nodes of its namespace that are this Service, by name. */
const sharedHosts = perDirectory((directory): ReadonlyMap<string, Shared> => {
  const local = directory.entries.flatMap((entry) => {
    if (!isOfKind(entry, 'VirtualNode') || 'reason' in directory.placeOf(entry)) return [];
    const found = nodeHostOf(entry, new Report());
    return found?.whose === 'local' ? [{ host: found.host, node: entry }] : [];
  });
  const byName = local.sort((a, b) => (a.node.id.name < b.node.id.name ? -1 : 1));
  const hosts = Map.groupBy(byName, ({ host }) => host);
  return new Map([...hosts].map(([host, all]) => [host, sharedBy(all.map(({ node }) => node))]));
});

/** Istio applies the rules of the namespace that has the service, which is not this node's. */
function reportForeign(node: Node, report: Report): void {
  for (const [index, { outlierDetection, tls, timeout }] of (node.content.spec.listeners ?? []).entries()) {
    const at = `spec.listeners[${index}]`;
    const why = 'the service is not of this namespace, and Istio applies no rules for it';
    const instead = 'the VirtualNode in the namespace of the Service';
    if (tls && tls.mode !== 'DISABLED') report.refuse(`${at}.tls`, why, instead);
    if (outlierDetection) report.differ(`${at}.outlierDetection`, why, instead);
    if (timeout?.tcp?.idle) report.differ(`${at}.timeout.tcp.idle`, why, instead);
  }
}
