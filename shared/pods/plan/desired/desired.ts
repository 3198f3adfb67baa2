import type { ClusterConfig } from '../../../model/cluster-config.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Drain } from '../../../model/records/drain.ts';
import { drainedMessage } from '../drained.ts';
import { type Addresses, addresses, type IpFamily } from '../eligibility.ts';
import { annotationSource } from './annotation-source.ts';
import { type FittedAttributes, fitAttributes, fitsWithLabels } from './attributes.ts';
import type { RegistrationContext } from './registration-context.ts';
import { invalid, type Source } from './source.ts';
import { virtualNodeSources } from './virtual-node-source.ts';

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
