import { isReserved } from '../../../model/mesh/own-attributes.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Mesh, VirtualNode } from '../../../model/virtual-node.ts';
import type { IpFamily } from '../eligibility.ts';
import { meshOfNamespace } from './membership.ts';
import type { RegistrationContext } from './registration-context.ts';
import { selects } from './selector.ts';
import type { Source } from './source.ts';
import { meshAttribute, virtualNodeAttribute } from './source-attributes.ts';

interface Candidate {
  readonly node: VirtualNode;
  readonly source: Source;
}

/** The virtual nodes of a namespace are the same for all of its pods: evaluated once for 100,000 of them. */
const candidatesKnown = new WeakMap<RegistrationContext, Map<IpFamily, readonly Candidate[]>>();

export function virtualNodeSources(
  pod: Pod,
  around: RegistrationContext,
  ipFamily: IpFamily,
): readonly Source[] {
  const sources: Source[] = [];
  for (const { node, source } of candidatesOf(around, ipFamily))
    if (node.namespace === pod.namespace && selects(node.spec.podSelector, pod.labels)) sources.push(source);
  return sources;
}

function candidatesOf(around: RegistrationContext, ipFamily: IpFamily): readonly Candidate[] {
  const known = candidatesKnown.get(around) ?? new Map<IpFamily, readonly Candidate[]>();
  candidatesKnown.set(around, known);
  const candidates = known.get(ipFamily) ?? sortedCandidates(around, ipFamily);
  known.set(ipFamily, candidates);
  return candidates;
}

function sortedCandidates(around: RegistrationContext, ipFamily: IpFamily): readonly Candidate[] {
  return [...around.virtualNodes]
    .sort((a, b) =>
      a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.name < b.name ? -1 : 1,
    )
    .flatMap((node) => {
      const source = virtualNodeSource(node, around, ipFamily);
      return source === undefined ? [] : [{ node, source }];
    });
}

function virtualNodeSource(
  node: VirtualNode,
  around: RegistrationContext,
  ipFamily: IpFamily,
): Source | undefined {
  const cloudMap = node.spec.serviceDiscovery?.awsCloudMap;
  if (!cloudMap) return undefined;
  const namespace = { name: node.namespace, labels: around.namespaceLabels };
  const membership = meshOfNamespace(namespace, around.meshes, node.spec.meshRef?.name);
  const mesh = 'mesh' in membership ? membership.mesh : undefined;
  // Such a node is refused today; one stored by an earlier version stays in effect without these attributes.
  const own = (cloudMap.attributes ?? []).filter(({ key }) => !isReserved(key));
  return {
    text: sourceOf(node),
    namespaceName: cloudMap.namespaceName,
    serviceName: cloudMap.serviceName,
    attributes: {
      ...Object.fromEntries(own.map(({ key, value }) => [key, value])),
      ...(mesh && { [meshAttribute]: mesh.spec.awsName || mesh.name }),
      [virtualNodeAttribute]: node.spec.awsName || `${node.name}_${node.namespace}`,
    },
    port: node.spec.listeners?.[0]?.portMapping.port,
    ipFamily: familyOf(mesh) ?? ipFamily,
    lacksMesh: mesh === undefined,
  };
}

/** The source of what a virtual node requests: of its instances and problems. */
export function sourceOf({ name }: Pick<VirtualNode, 'name'>): string {
  return `VirtualNode ${name}`;
}

/** App Mesh's ipPreference if the mesh allows one family only; for a mere preference the configuration decides. */
export function familyOf(mesh: Mesh | undefined): IpFamily | undefined {
  const preference = mesh?.spec.meshServiceDiscovery?.ipPreference;
  if (preference === 'IPv4_ONLY') return 'ipv4';
  return preference === 'IPv6_ONLY' ? 'ipv6' : undefined;
}
