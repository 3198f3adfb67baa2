import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { Pod } from '../../shared/model/pod.ts';
import type { Claim } from '../../shared/model/records/registration.ts';
import type { SeenInstance, ServiceView } from '../../shared/model/service-view.ts';
import type { DriftInput, SeenPod } from '../../shared/sweep/plan/findings/drift-input.ts';
import { findings } from '../../shared/sweep/plan/findings/findings.ts';
import { median } from './statistics.ts';

export interface PlanningFigures {
  readonly instances: number;
  /** CPU time of one comparison of all sides: median of several, after a warm-up. */
  readonly cpuMs: number;
}

/** Plans a clean sweep: every pod is registered as it should be, a thousand a service, as Cloud Map's quota has it. */
export function measurePlanning(instances: number, runs = 7): PlanningFigures {
  const input = cleanSides(instances);
  const samples: number[] = [];
  for (let run = 0; run < runs + 2; run++) {
    const before = process.cpuUsage();
    const found = findings(input);
    const { user, system } = process.cpuUsage(before);
    if (found.length > 0) throw new Error(`a clean sweep found ${JSON.stringify(found[0])}`);
    samples.push((user + system) / 1000);
  }
  return { instances, cpuMs: median(samples.slice(2)) };
}

function cleanSides(count: number): DriftInput {
  const { clusters } = clustersFile.parse({ clusters: [{ name: 'bench' }] });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const pods = new Map<string, Pod>();
  const seen = new Map<string, SeenPod>();
  const services = new Map<string, ServiceView>();
  for (let index = 0; index < count; index++) {
    const pod = podOf(index);
    pods.set(`${pod.namespace}/${pod.name}`, pod);
    seen.set(`${pod.namespace}/${pod.name}`, { pod: { ...pod }, deleted: false, registrations: [] });
    const { instances, claims } = serviceOf(services, pod.namespace);
    instances.set(pod.ips[0] ?? '', instanceOf(pod));
    claims.set(pod.ips[0] ?? '', claimOf(pod));
  }
  const registrationContext = new Map(
    [...services.values()].map((service) => [service.key.serviceName, around(service.key.serviceName)]),
  );
  return {
    ...{
      config,
      nowMs: 1_000_000,
      pods,
      seen,
      services,
      complete: true,
      gatesCanBeSet: true,
      reevaluate: false,
      inScope: () => true,
    },
    registrationContext: (namespace) => registrationContext.get(namespace) ?? around(namespace),
  };
}

/** A thousand pods a Kubernetes namespace, each with a virtual node and a service of its name. */
function around(namespace: string) {
  const awsCloudMap = { namespaceName: 'bench.local', serviceName: namespace };
  const spec = {
    podSelector: { matchLabels: { app: 'front' } },
    listeners: [{ portMapping: { port: 8080 } }],
    serviceDiscovery: { awsCloudMap },
  };
  const virtualNodes = [{ namespace, name: 'front', createdAt: '2026-01-01T00:00:00Z', spec }];
  return { virtualNodes, meshes: [], namespaceLabels: {} };
}

function serviceOf(services: Map<string, ServiceView>, name: string) {
  const known = services.get(`bench.local/${name}`);
  if (known !== undefined)
    return known as ServiceView & { instances: Map<string, SeenInstance>; claims: Map<string, Claim> };
  const made = {
    ...{
      key: { target: 'own/own', namespaceName: 'bench.local', serviceName: name },
      serviceId: `srv-${name}`,
      isFormer: false,
      underWay: new Map(),
      hasCustomHealthCheck: true,
      failedOperations: new Map(),
    },
    ...{ instances: new Map<string, SeenInstance>(), claims: new Map<string, Claim>() },
  };
  services.set(`bench.local/${name}`, made);
  return made;
}

function podOf(index: number): Pod {
  return {
    cluster: 'bench',
    namespace: `team-${Math.floor(index / 1000)}`,
    name: `front-646ccc59d7-${index}`,
    uid: `0f6c2f6e-6f3c-4a3e-9a39-${String(index).padStart(12, '0')}`,
    resourceVersion: String(100_000 + index),
    createdAt: '2026-11-21T10:00:00Z',
    terminating: false,
    labels: { app: 'front', version: 'v1', 'pod-template-hash': '646ccc59d7' },
    annotations: {},
    phase: 'Running',
    ips: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`],
    hostNetwork: false,
    conditions: { Ready: 'True', ContainersReady: 'True' },
    readinessGates: [],
    node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' },
  };
}

function instanceOf(pod: Pod): SeenInstance {
  return {
    health: 'HEALTHY',
    attributes: {
      ...pod.labels,
      AWS_INIT_HEALTH_STATUS: 'HEALTHY',
      AWS_INSTANCE_IPV4: pod.ips[0] ?? '',
      AWS_INSTANCE_PORT: '8080',
      'appmesh.k8s.aws/virtualNode': `front_${pod.namespace}`,
      'k8s.io/pod': pod.name,
      'k8s.io/namespace': pod.namespace,
      'k8s.io/cluster': pod.cluster,
      'k8s.io/pod-uid': pod.uid,
      REGION: 'us-west-2',
      AVAILABILITY_ZONE: 'us-west-2a',
    },
  };
}

function claimOf(pod: Pod): Claim {
  return {
    service: { target: 'own/own', namespaceName: 'bench.local', serviceName: pod.namespace },
    instanceId: pod.ips[0] ?? '',
    owner: { cluster: pod.cluster, namespace: pod.namespace, name: pod.name, uid: pod.uid },
    ...{
      phase: 'applied',
      fingerprint: 'f',
      health: 'HEALTHY',
      serviceId: 'srv-1',
      operationId: 'op',
      touchedAtMs: 0,
    },
    ...{ version: 2, waiting: [], waitRevision: 0 },
  };
}
