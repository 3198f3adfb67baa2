import type { Directory, Place } from '../../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import { Report } from '../../../../plan/report.ts';
import { keyOf } from '../../plan/kinds.ts';
import { accessLogOf } from '../access-log.ts';
import { nameIn, suffixed } from '../names.ts';
import type { Outcome, Wanted } from '../outcome.ts';
import { type Labels, podLabelsOf } from '../pods.ts';
import { refuseRepeated } from '../route/router-routes.ts';
import { portOf } from '../service-ports.ts';
import { type Backend, backendsOf } from './backends.ts';
import { clientRulesOf, reportPolicy } from './client-rules.ts';
import { nodeHostOf } from './node-host.ts';
import { destinationRuleOf } from './node-policy.ts';
import { reportNode } from './node-report.ts';
import { sidecarOf } from './sidecar.ts';

type Node = EntryOf<'VirtualNode'>;

/** Its endpoints and how they are called; and, for its pods, what they call and how they take requests. */
export function virtualNodeOutcome(node: Node, place: Place, directory: Directory): Outcome {
  const report = new Report();
  const { spec } = node.content;
  const labels = podLabelsOf(spec.podSelector, report);
  refuseRepeated(spec.listeners ?? [], report);
  reportNode(node, report);
  const backends = backendsOf(node, directory, place.meshName, report);
  const wanted = [
    ...endpointsOf(node, labels, report),
    ...destinationRuleOf(node, directory, report),
    ...ofPods(node, labels, { mesh: place.mesh, backends }, report),
    ...accessLogOf(node, spec.logging, labels, { report, suffix: 'virtual-node' }),
    ...clientRulesOf({ entry: node, labels, backends }, directory, report),
  ];
  return { wanted, differences: report.differences };
}

/** What must exist before a route leads to the nodes. */
export function rulesOfNodes(nodes: readonly Node[], directory: Directory): readonly string[] {
  const keys = [...new Set(nodes)].flatMap((node) => {
    const unused = new Report();
    const labels = podLabelsOf(node.content.spec.podSelector, unused);
    return [...endpointsOf(node, labels, unused), ...destinationRuleOf(node, directory, unused)].map(keyOf);
  });
  return [...new Set(keys)];
}

/** The ServiceEntry of a node that is no Kubernetes Service. */
function endpointsOf(node: Node, labels: Labels | undefined, report: Report): readonly Wanted[] {
  const { serviceDiscovery, listeners } = node.content.spec;
  const found = nodeHostOf(node, report);
  if (found?.whose !== 'own' || !listeners?.length) return [];
  const { dns } = serviceDiscovery ?? {};
  const { namespace, name } = node.id;
  const where = dns
    ? {
        location: 'MESH_EXTERNAL',
        resolution: dns.responseType === 'ENDPOINTS' ? 'DNS' : 'DNS_ROUND_ROBIN',
        endpoints: [{ address: nameIn(dns.hostname) }],
      }
    : { location: 'MESH_INTERNAL', resolution: 'STATIC', workloadSelector: { labels } };
  const ports = listeners.map(({ portMapping }) => portOf(portMapping));
  const spec = { hosts: [found.host], ports, ...where };
  return [{ kind: 'ServiceEntry', namespace, name: suffixed(name, 'virtual-node'), spec }];
}

interface Context {
  readonly mesh: Place['mesh'];
  readonly backends: readonly Backend[];
}

function ofPods(
  node: Node,
  labels: Labels | undefined,
  { mesh, backends }: Context,
  report: Report,
): readonly Wanted[] {
  const { spec } = node.content;
  const { namespace, name } = node.id;
  reportPolicy(spec.backendDefaults?.clientPolicy, 'spec.backendDefaults.clientPolicy', report);
  for (const [index, { virtualService }] of (spec.backends ?? []).entries())
    reportPolicy(virtualService.clientPolicy, `spec.backends[${index}].virtualService.clientPolicy`, report);
  if (!isOfKind(mesh, 'Mesh'))
    report.refuse(
      'spec.backends',
      `Mesh "${mesh.id.name}" is invalid: its egressFilter is not known`,
      'a valid Mesh',
    );
  const allowsAll = isOfKind(mesh, 'Mesh') && mesh.content.spec.egressFilter?.type === 'ALLOW_ALL';
  const hosts = new Set(backends.map(({ host }) => host));
  // Also of a node without pods here, so that what it cannot have is stated.
  const sidecar = sidecarOf(node, { labels: labels ?? {}, hosts, allowsAll }, report);
  if (labels === undefined) return [];
  const secured = (spec.listeners ?? []).filter(({ tls }) => tls);
  const ports = secured.map(({ portMapping }) => [portMapping.port, { mode: 'DISABLE' }]);
  const authentication = { selector: { matchLabels: labels }, portLevelMtls: Object.fromEntries(ports) };
  return [
    sidecar,
    ...(ports.length > 0
      ? [{ kind: 'PeerAuthentication', namespace, name, spec: authentication } as const]
      : []),
  ];
}
