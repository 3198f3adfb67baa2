import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { annotationPrefix } from '../../../model/kubernetes.ts';
import { cloudMapNamespaceName, cloudMapServiceName } from '../../../model/mesh/cloud-map-names.ts';
import { isReserved } from '../../../model/mesh/own-attributes.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Drain } from '../../../model/records/drain.ts';
import type { Mesh, VirtualNode } from '../../../model/virtual-node.ts';
import { drainedMessage } from '../drained.ts';
import { type Addresses, addresses, type IpFamily } from '../eligibility.ts';
import { shortened } from '../quote.ts';
import type { FittedAttributes } from './attributes.ts';
import { fitAttributes, fitsWithLabels } from './attributes.ts';
import { meshOfNamespace } from './membership.ts';
import { selects } from './selector.ts';
import { meshAttribute, virtualNodeAttribute } from './source-attributes.ts';

/** Everything else in the pod's cluster that determines where it is registered. */
export interface RegistrationContext {
  readonly virtualNodes: readonly VirtualNode[];
  readonly meshes: readonly Mesh[];
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Set if the cluster is drained: then nothing is registered. */
  readonly drain?: Drain | undefined;
}

export interface DesiredInstance {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly instanceId: string;
  /** All except `AWS_INIT_HEALTH_STATUS`, which depends on the service. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly droppedLabels: readonly string[];
  readonly ipFamily: IpFamily;
  /** Set for a virtual node that is in no known mesh. */
  readonly lacksMesh?: true;
  /** As text: `VirtualNode front`, `annotations`. */
  readonly source: string;
}

export interface Desired {
  readonly instances: readonly DesiredInstance[];
  readonly problems: readonly Problem[];
  /** All that ask for the pod's registration, as text, also if it has no IP yet or the cluster is drained. */
  readonly selectedBy: readonly string[];
}

interface Source {
  readonly text: string;
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly port: number | undefined;
  readonly ipFamily: IpFamily;
  readonly lacksMesh: boolean;
}

/**
 * Where to register a pod, and with which attributes: for every VirtualNode of its namespace that selects it and uses
 * Cloud Map discovery, and for its annotations. One instance per service: of two sources for one service the older
 * VirtualNode wins, then the name, then annotations; the others are problems. Does not check eligibility.
 */
export function desiredInstances(
  pod: Pod,
  around: RegistrationContext,
  config: ClusterConfig['cloudMap'],
): Desired {
  const annotated = annotationSource(pod, config.ipFamily);
  const nodes = virtualNodeSources(pod, around, config.ipFamily);
  const sources = annotated.sources.length === 0 ? nodes : [...nodes, ...annotated.sources];
  const instances: DesiredInstance[] = [];
  const problems: Problem[] = [...annotated.problems];
  const selectedBy: string[] = [];
  if (around.drain) {
    problems.push(...drained(pod, sources, around.drain));
    return { instances, problems, selectedBy: sources.map(({ text }) => text) };
  }
  const isTaken = sources.length > 1 ? takenBefore(problems) : undefined; // nearly all pods have one source
  for (const source of sources) {
    if (isTaken?.(source)) continue;
    selectedBy.push(source.text);
    const made = instanceOf(pod, source, config.instanceId);
    if (made === undefined) continue;
    if ('reason' in made) problems.push(invalid(source.text, made.reason));
    else instances.push(made);
  }
  return { instances, problems, selectedBy };
}

function drained({ cluster }: Pod, sources: readonly Source[], drain: Drain): readonly Problem[] {
  return sources.map(({ text }) => ({
    ...{ source: text, code: 'Refused' as const, message: drainedMessage(cluster, drain) },
  }));
}

/** Whether an earlier source has the service, which is then a problem of the later one. */
function takenBefore(problems: Problem[]): (source: Source) => boolean {
  const taken = new Map<string, Source>();
  return (source) => {
    const service = `${source.namespaceName}/${source.serviceName}`;
    const earlier = taken.get(service);
    if (earlier === undefined) taken.set(service, source);
    else
      problems.push(
        invalid(source.text, `service ${service} is already used for this pod by ${earlier.text}`),
      );
    return earlier !== undefined;
  };
}

function instanceOf(
  pod: Pod,
  source: Source,
  idKind: 'pod-ip' | 'pod-uid',
): DesiredInstance | { reason: string } | undefined {
  const ips = addresses(pod, source.ipFamily);
  const ip = ips?.ipv4 ?? ips?.ipv6;
  if (ips === undefined || ip === undefined) return undefined; // the eligibility predicates report this
  const { attributes, dropped, fault } = attributesOf(pod, source, ips);
  if (fault !== null) return { reason: fault };
  return {
    namespaceName: source.namespaceName,
    serviceName: source.serviceName,
    instanceId: idKind === 'pod-uid' ? pod.uid : ip,
    attributes,
    droppedLabels: dropped,
    ipFamily: source.ipFamily,
    ...(source.lacksMesh && { lacksMesh: true }),
    source: source.text,
  };
}

function attributesOf(pod: Pod, source: Source, ips: Addresses): FittedAttributes {
  const all = withRequired({ ...pod.labels, ...source.attributes }, pod, source, ips);
  if (fitsWithLabels(pod.labels, all)) return { attributes: all, dropped: [], fault: null };
  return fitAttributes(pod.labels, withRequired({ ...source.attributes }, pod, source, ips));
}

/** Adds the required attributes of an instance; they win over the labels and the source's own attributes. */
function withRequired(
  required: Record<string, string>,
  pod: Pod,
  source: Source,
  ips: Addresses,
): Record<string, string> {
  if (ips.ipv4) required.AWS_INSTANCE_IPV4 = ips.ipv4;
  if (ips.ipv6) required.AWS_INSTANCE_IPV6 = ips.ipv6;
  if (source.port) required.AWS_INSTANCE_PORT = String(source.port);
  required['k8s.io/pod'] = pod.name;
  required['k8s.io/namespace'] = pod.namespace;
  if (pod.node?.region) required.REGION = pod.node.region;
  if (pod.node?.zone) required.AVAILABILITY_ZONE = pod.node.zone;
  required['k8s.io/cluster'] = pod.cluster;
  required['k8s.io/pod-uid'] = pod.uid;
  return required;
}

interface Candidate {
  readonly node: VirtualNode;
  readonly source: Source;
}

/** The virtual nodes of a namespace are the same for all of its pods: evaluated once for 100,000 of them. */
const candidatesKnown = new WeakMap<RegistrationContext, Map<IpFamily, readonly Candidate[]>>();

function virtualNodeSources(pod: Pod, around: RegistrationContext, ipFamily: IpFamily): readonly Source[] {
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

const annotation = {
  namespace: `${annotationPrefix}cloud-map-namespace`,
  service: `${annotationPrefix}cloud-map-service`,
  port: `${annotationPrefix}port`,
} as const;

interface Annotated {
  readonly sources: readonly Source[];
  readonly problems: readonly Problem[];
}
const nothingAnnotated: Annotated = { sources: [], problems: [] };

function annotationSource(pod: Pod, ipFamily: IpFamily): Annotated {
  if (Object.keys(pod.annotations).length === 0) return nothingAnnotated;
  const reasons = unknownAnnotations(pod);
  const namespaceName = pod.annotations[annotation.namespace];
  const serviceName = pod.annotations[annotation.service];
  const port = pod.annotations[annotation.port];
  if (namespaceName === undefined && serviceName === undefined && port === undefined)
    return { sources: [], problems: problemsOf(reasons) };
  const faults = [
    fault(
      annotation.namespace,
      namespaceName,
      (text) => cloudMapNamespaceName.safeParse(text).success,
      'a Cloud Map namespace name',
    ),
    fault(
      annotation.service,
      serviceName,
      (text) => cloudMapServiceName.safeParse(text).success,
      'a Cloud Map service name',
    ),
    port === undefined ? null : fault(annotation.port, port, isPort, 'an integer from 1 to 65535'),
  ].filter((reason) => reason !== null);
  const problems = problemsOf([...reasons, ...faults]);
  if (faults.length > 0 || namespaceName === undefined || serviceName === undefined)
    return { sources: [], problems };
  const source = {
    text: 'annotations',
    namespaceName,
    serviceName,
    attributes: {},
    port: port === undefined ? undefined : Number(port),
    ipFamily,
    lacksMesh: false,
  };
  return { sources: [source], problems };
}

/** Maximum unknown annotations named: a pod may have thousands. */
const maxUnknownNamed = 20;

function unknownAnnotations(pod: Pod): readonly string[] {
  const known: readonly string[] = Object.values(annotation);
  const unknown = Object.keys(pod.annotations)
    .filter((key) => key.startsWith(annotationPrefix) && !known.includes(key))
    .sort();
  const more = unknown.length - maxUnknownNamed;
  return [
    ...unknown
      .slice(0, maxUnknownNamed)
      .map((key) => `annotation ${shortened(key)} is unknown; expected one of ${known.join(', ')}`),
    ...(more > 0 ? [`${more} more annotations ${annotationPrefix}… are unknown`] : []),
  ];
}

function problemsOf(reasons: readonly string[]): readonly Problem[] {
  return reasons.map((reason) => invalid('annotations', reason));
}

function invalid(source: string, message: string): Problem {
  return { source, code: 'Rejected', message };
}

function fault(
  key: string,
  value: string | undefined,
  isValid: (text: string) => boolean,
  expected: string,
): string | null {
  if (value === undefined) return `annotation ${key} is missing; expected ${expected}`;
  return isValid(value) ? null : `annotation ${key} is "${shortened(value)}"; expected ${expected}`;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}
