/** A pod as `kubectl get pods -o json` prints it: just the fields that decide. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** A VirtualNode as kubectl prints it. */
export interface VirtualNode {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly serviceDiscovery?: {
      readonly awsCloudMap?: { readonly namespaceName: string; readonly serviceName: string };
    };
  };
}

/** An instance as `aws servicediscovery discover-instances` prints it. */
export interface Instance {
  readonly InstanceId: string;
  readonly ServiceName: string;
  readonly HealthStatus: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

export interface Observation {
  readonly pods: readonly Pod[];
  readonly virtualNodes: readonly VirtualNode[];
  readonly instances: readonly Instance[];
}

const cluster = 'local';

/**
 * Compares what the cluster says with what Cloud Map says, by the rules of docs/pods.md and without any code of the
 * product. Answers one line a violation:
 *   stale        an instance of the cluster that no live, selected pod explains, or that names another pod
 *   missing      a ready, selected pod without its instance
 *   health       a pod whose instance has another health than its readiness
 *   foreign      an instance of somebody else that is not as it was
 */
export function violations(
  { pods, virtualNodes, instances }: Observation,
  foreign: readonly Instance[],
): readonly string[] {
  const expected = new Map<string, Pod>();
  for (const { spec, metadata } of virtualNodes) {
    const service = spec.serviceDiscovery?.awsCloudMap?.serviceName;
    if (service === undefined) continue;
    for (const pod of pods)
      if (pod.metadata.namespace === metadata.namespace && isSelected(pod, spec) && isAlive(pod))
        expected.set(`${service}/${pod.status?.podIP}`, pod);
  }
  const present = new Map(instances.map((instance) => [keyOf(instance), instance]));
  const ours = instances.filter(({ Attributes }) => Attributes['k8s.io/cluster'] === cluster);
  return [
    ...ours.flatMap((instance) => wrongInstance(instance, expected.get(keyOf(instance)))),
    ...[...expected].flatMap(([key, pod]) => missingInstance(key, pod, present.get(key))),
    ...foreign.flatMap((instance) => changedInstance(instance, present.get(keyOf(instance)))),
  ];
}

function keyOf({ ServiceName, InstanceId }: Instance): string {
  return `${ServiceName}/${InstanceId}`;
}

function isSelected({ metadata }: Pod, { podSelector }: VirtualNode['spec']): boolean {
  const wanted = Object.entries(podSelector?.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

function isAlive({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined && status?.phase === 'Running' && status.podIP !== undefined
  );
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function wrongInstance(instance: Instance, pod: Pod | undefined): readonly string[] {
  const { Attributes, HealthStatus } = instance;
  if (pod === undefined) return [`stale ${keyOf(instance)} of pod ${Attributes['k8s.io/pod']}`];
  const { name, uid } = pod.metadata;
  if (Attributes['k8s.io/pod'] !== name || Attributes['k8s.io/pod-uid'] !== uid)
    return [`stale ${keyOf(instance)} of pod ${Attributes['k8s.io/pod']}; the address is that of ${name}`];
  const health = isReady(pod) ? 'HEALTHY' : 'UNHEALTHY';
  return HealthStatus === health
    ? []
    : [`health ${keyOf(instance)} of pod ${name} is ${HealthStatus}, expected ${health}`];
}

function missingInstance(key: string, pod: Pod, instance: Instance | undefined): readonly string[] {
  const isOurs = instance?.Attributes['k8s.io/cluster'] === cluster;
  return !isReady(pod) || isOurs ? [] : [`missing ${key} of pod ${pod.metadata.name}`];
}

function changedInstance(before: Instance, now: Instance | undefined): readonly string[] {
  const attributes = ({ Attributes }: Instance) => JSON.stringify(Object.entries(Attributes).sort());
  if (now !== undefined && attributes(now) === attributes(before)) return [];
  return [`foreign ${keyOf(before)} ${now === undefined ? 'is gone' : `became ${attributes(now)}`}`];
}
