import type { ClientPolicy, ClientTls } from '../../../../../model/mesh/tls.ts';
import type { Directory } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import { Report } from '../../../../plan/report.ts';
import { listenersOf, nodesOf } from '../../../../routing/provider.ts';
import { nameIn, suffixed } from '../names.ts';
import type { Wanted } from '../outcome.ts';
import type { Labels } from '../pods.ts';
import type { Backend } from './backends.ts';
import { nodeHostOf } from './node-host.ts';
import { type PortPolicy, portLevelSettings, portPoliciesOf } from './node-policy.ts';

type Node = EntryOf<'VirtualNode'>;

/** The proxies that call. */
export interface Client {
  readonly entry: Entry;
  readonly labels: Labels | undefined;
  readonly backends: readonly Omit<Backend, 'host'>[];
}

/**
 * DestinationRules of the TLS that a client demands of the nodes that it reaches, for its pods only. Istio applies one rule
 * for a host, and that of the client's namespace first, so each has the other settings of the node, too; and the other
 * clients of the namespace get them from a rule without a selector.
 */
export function clientRulesOf(
  { entry, labels, backends }: Client,
  directory: Directory,
  report: Report,
): readonly Wanted[] {
  const demanded = new Map<Node, ClientTls>();
  for (const { service, policy, path } of backends) {
    const tls = policy?.tls;
    if (!tls || tls.enforce === false || service === undefined) continue;
    for (const node of nodesOf(directory, service)) {
      const other = demanded.get(node);
      if (other && JSON.stringify(other) !== JSON.stringify(tls))
        report.refuse(
          path,
          `another policy leads to VirtualNode "${node.id.name}", too`,
          'one policy for both',
        );
      demanded.set(node, tls);
    }
  }
  if (labels === undefined) return [];
  return [...demanded].flatMap(([node, tls]) => rulesFor(entry, labels, node, tls, directory));
}

/** Reports what of a policy cannot be expressed. Without `enforce` it has no effect. */
export function reportPolicy(policy: ClientPolicy | null | undefined, path: string, report: Report): void {
  const tls = policy?.tls;
  if (!tls || tls.enforce === false) return;
  const instead = 'file, mounted into the proxy; or no tls: Istio encrypts by itself';
  if (tls.certificate?.sds) report.refuse(`${path}.tls.certificate.sds`, 'is no file', instead);
  const { acm, sds } = tls.validation.trust;
  if (acm || sds) report.refuse(`${path}.tls.validation.trust.${acm ? 'acm' : 'sds'}`, 'is no file', instead);
}

function rulesFor(
  client: Entry,
  labels: Labels,
  node: Node,
  tls: ClientTls,
  directory: Directory,
): readonly Wanted[] {
  const host = nodeHostOf(node, new Report())?.host;
  if (host === undefined) return [];
  const own = portPoliciesOf(node);
  const ports = listenersOf(directory, node).map(({ port }) => port);
  const covered = ports.filter((port) => !tls.ports?.length || tls.ports.includes(port));
  const demanded = new Map<number, PortPolicy>([
    ...own,
    ...covered.map((port) => [port, { ...own.get(port), tls: clientTlsOf(tls, node) }] as const),
  ]);
  if (covered.length === 0) return [];
  const { namespace, name } = client.id;
  const to = `${suffixed(name, 'to')}-${node.id.namespace}-${node.id.name}`;
  const rule = (suffix: string, policies: typeof demanded | typeof own, selected: object): Wanted => ({
    kind: 'DestinationRule',
    namespace,
    name: suffixed(to, suffix),
    spec: { host, ...selected, trafficPolicy: { portLevelSettings: portLevelSettings(policies) } },
  });
  const others = own.size > 0 && namespace !== node.id.namespace ? [rule('others', own, {})] : [];
  const suffix = client.id.kind === 'VirtualGateway' ? 'gateway' : 'client';
  return [rule(suffix, demanded, { workloadSelector: { matchLabels: labels } }), ...others];
}

/** Without names, the server's must be the one by which the node is discovered. */
function clientTlsOf({ certificate, validation }: ClientTls, { content }: Node): object {
  const { dns, awsCloudMap } = content.spec.serviceDiscovery ?? {};
  const discovered = dns ? nameIn(dns.hostname) : `${awsCloudMap?.serviceName}.${awsCloudMap?.namespaceName}`;
  const names = validation.subjectAlternativeNames?.match.exact ?? [];
  const file = certificate?.file;
  return {
    mode: file ? 'MUTUAL' : 'SIMPLE',
    ...(file && { clientCertificate: file.certificateChain, privateKey: file.privateKey }),
    caCertificates: validation.trust.file?.certificateChain,
    subjectAltNames: names.length > 0 ? names : [discovered],
  };
}
