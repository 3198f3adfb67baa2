import { type ControlPlane, Timers, type Timings } from './controllers/control-plane.ts';
import { startCronJobController } from './controllers/cron-job/controller.ts';
import { startDaemonSetController } from './controllers/daemon-set/controller.ts';
import { startDefinitionController } from './controllers/definitions.ts';
import { startDeploymentController } from './controllers/deployment/controller.ts';
import { startEndpointSliceController } from './controllers/endpoint-slice/controller.ts';
import { startRecorder } from './controllers/events.ts';
import { GarbageCollector } from './controllers/garbage-collector.ts';
import { startJobController } from './controllers/job/controller.ts';
import { startNamespaceController } from './controllers/namespace.ts';
import type { IpFamily, Kubelet } from './controllers/node/kubelet.ts';
import { Kubelets } from './controllers/node/kubelets.ts';
import { NodeLifecycle } from './controllers/node/node-lifecycle.ts';
import { type NodeOptions, nodeObject } from './controllers/node/nodes.ts';
import { startTaintEviction } from './controllers/node/taint-eviction.ts';
import type { ContainerRuntime } from './controllers/pod-status.ts';
import { startReplicaSetController } from './controllers/replica-set.ts';
import { Scheduler } from './controllers/scheduling/scheduler.ts';
import { ServiceAddresses } from './controllers/service-addresses.ts';
import { startStatefulSetController } from './controllers/stateful-set/controller.ts';
import { startVolumeController } from './controllers/volumes.ts';
import { Registry } from './kinds/registry.ts';
import { Store } from './storage/store.ts';
import type { Admission } from './verbs/admission.ts';
import { Api } from './verbs/api.ts';
import type { ApiContext } from './verbs/api-context.ts';

export interface ControlPlaneOptions {
  readonly nodes: readonly NodeOptions[];
  /** One for a single-stack cluster; both, the primary first, for a dual-stack one. */
  readonly ipFamilies: readonly IpFamily[];
  readonly timings: Timings;
  /** The number of changes kept per resource, from which a watch can resume. */
  readonly historyLimit: number;
  /** CustomResourceDefinitions to install at the start. */
  readonly definitions: readonly object[];
  readonly admission?: Admission | undefined;
  readonly runtime: ContainerRuntime | undefined;
  /** The first two bytes of the Services' addresses. */
  readonly serviceNetwork: string;
}

/** A cluster without its HTTP server; replaced as a whole when the cluster is rebuilt. */
export interface RunningControlPlane {
  readonly context: ApiContext;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  client(component: string): Api;
  stop(): void;
}

/** Starts an empty cluster: namespaces, nodes, custom kinds and running controllers. */
export function startControlPlane(options: ControlPlaneOptions): RunningControlPlane {
  const store = new Store(options.historyLimit);
  const registry = new Registry(store);
  const timers = new Timers();
  const context: ApiContext = {
    ...{ store, registry, allocate: new ServiceAddresses(options.serviceNetwork).allocate },
    admission: options.admission,
  };
  const client = (component: string) => new Api(context, component);
  const recorder = startRecorder(() => client('kube-controller-manager'), timers);
  const { timings, runtime } = options;
  const plane: ControlPlane = { store, registry, timings, timers, recorder, runtime, client };
  const kubelets = startControllers(plane, options);
  createInitialObjects(client('kube-apiserver'), options);
  const stop = () => {
    timers.stop();
    registry.stop();
  };
  return { context, kubelets, client, stop };
}

function startControllers(
  plane: ControlPlane,
  { nodes, ipFamilies }: ControlPlaneOptions,
): ReadonlyMap<string, Kubelet> {
  startDefinitionController(plane);
  startNamespaceController(plane);
  startDeploymentController(plane);
  startReplicaSetController(plane);
  startStatefulSetController(plane);
  startDaemonSetController(plane);
  startJobController(plane);
  startCronJobController(plane);
  startEndpointSliceController(plane);
  startVolumeController(plane);
  new GarbageCollector(plane);
  new Scheduler(plane);
  new NodeLifecycle(plane);
  startTaintEviction(plane);
  return new Kubelets(plane, nodes, ipFamilies).byName;
}

const initialNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

function createInitialObjects(api: Api, { nodes, definitions }: ControlPlaneOptions): void {
  for (const name of initialNamespaces)
    api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const node of nodes) api.create('nodes', nodeObject(node));
  api.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: { ports: [{ name: 'https', port: 443, targetPort: 443 }] },
  });
  for (const definition of definitions)
    api.create('customresourcedefinitions.apiextensions.k8s.io', { ...definition });
}
