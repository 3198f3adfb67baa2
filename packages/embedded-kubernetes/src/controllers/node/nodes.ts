import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../model/objects.ts';
import { timestamp } from '../../verbs/api-context.ts';

/** Set to "true" to disconnect a node: its kubelet does nothing and sends no heartbeats until it is removed. */
export const lostAnnotation = 'embedded.eks-mesh-sync/lost';

export function isSilent({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[lostAnnotation] === 'true';
}

export interface NodeOptions {
  readonly name: string;
  /** Such as us-west-2a; the Region is the zone without its last letter. */
  readonly zone: string;
  readonly internalIP: string;
  /** The node's range of pod addresses, such as 192.168.64.0/18. Its size limits the number of pods. */
  readonly podCidr: string;
  /** The prefix of its pods' IPv6 addresses. */
  readonly ipv6Prefix: string;
}

/** Two nodes in two zones. */
export const defaultNodes: readonly NodeOptions[] = [
  {
    name: 'ip-192-168-10-11.us-west-2.compute.internal',
    zone: 'us-west-2a',
    internalIP: '192.168.10.11',
    podCidr: '192.168.64.0/18',
    ipv6Prefix: 'fd00:10:a::',
  },
  {
    name: 'ip-192-168-20-22.us-west-2.compute.internal',
    zone: 'us-west-2b',
    internalIP: '192.168.20.22',
    podCidr: '192.168.128.0/18',
    ipv6Prefix: 'fd00:10:b::',
  },
];

/** A Node as an EKS managed node group registers it. */
export function nodeObject({ name, zone, internalIP, podCidr }: NodeOptions) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: nodeLabels(name, zone) },
    spec: { providerID: `aws:///${zone}/i-${createHash('sha256').update(name).digest('hex').slice(0, 17)}` },
    status: nodeStatus({ name, internalIP, podCidr }),
  };
}

/** The status that a kubelet writes when it registers its node. */
export function nodeStatus({
  name,
  internalIP,
  podCidr,
}: Pick<NodeOptions, 'name' | 'internalIP' | 'podCidr'>) {
  const capacity = { cpu: '4', memory: '16Gi', pods: String(2 ** (32 - Number(podCidr.split('/')[1])) - 2) };
  return {
    capacity,
    allocatable: capacity,
    conditions: nodeConditions(),
    addresses: [
      { type: 'InternalIP', address: internalIP },
      { type: 'Hostname', address: name },
    ],
    nodeInfo: nodeInfo(name),
  };
}

export function nodeLabels(name: string, zone: string) {
  const region = zone.replace(/[a-z]$/, '');
  return {
    'beta.kubernetes.io/arch': 'arm64',
    'beta.kubernetes.io/os': 'linux',
    'eks.amazonaws.com/capacityType': 'ON_DEMAND',
    'eks.amazonaws.com/nodegroup': 'embedded',
    'kubernetes.io/arch': 'arm64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': 'm7g.xlarge',
    'topology.kubernetes.io/region': region,
    'topology.kubernetes.io/zone': zone,
  };
}

function nodeConditions() {
  const times = { lastHeartbeatTime: timestamp(), lastTransitionTime: timestamp() };
  const pressure = (type: string, what: string) => ({
    type,
    status: 'False',
    reason: `KubeletHas${what}`,
    message: `kubelet has ${what
      .replace(/([A-Z])/g, ' $1')
      .trim()
      .toLowerCase()} available`,
    ...times,
  });
  return [
    pressure('MemoryPressure', 'SufficientMemory'),
    pressure('DiskPressure', 'NoDiskPressure'),
    pressure('PIDPressure', 'SufficientPID'),
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      ...times,
    },
  ];
}

function nodeInfo(name: string) {
  const id = createHash('md5').update(name).digest('hex');
  return {
    architecture: 'arm64',
    bootID: id,
    containerRuntimeVersion: 'containerd://1.7.27',
    kernelVersion: '6.12.0-embedded',
    kubeProxyVersion: 'v1.36.3-embedded',
    kubeletVersion: 'v1.36.3-embedded',
    machineID: id,
    operatingSystem: 'linux',
    osImage: 'Embedded Linux',
    systemUUID: id,
  };
}
