import { createRunningPods, type PodPattern } from './bulk.ts';
import { type RunningControlPlane, startControlPlane } from './control-plane.ts';
import type { Timings } from './controllers/control-plane.ts';
import type { IpFamily } from './controllers/node/kubelet.ts';
import { defaultNodes, type NodeOptions } from './controllers/node/nodes.ts';
import type { ContainerRuntime } from './controllers/pod-status.ts';
import type { FaultRule } from './http/faults.ts';
import { HttpServer } from './http/server.ts';
import type { StreamEnd, WatchSettings } from './http/watch-stream.ts';
import type { JsonObject, KubernetesObject } from './model/objects.ts';
import type { Store } from './storage/store.ts';
import type { Admission } from './verbs/admission.ts';
import type { Api } from './verbs/api.ts';

export interface ClusterOptions {
  /** 0 for a free port. */
  readonly port: number;
  /** The cluster's name in events; `local` by default. */
  readonly name?: string;
  readonly timings?: Partial<Timings>;
  readonly nodes?: readonly NodeOptions[];
  /** `['IPv4']` by default; both for dual stack. */
  readonly ipFamilies?: readonly IpFamily[];
  /** The first two bytes of the Services' addresses; `10.100` by default, as on EKS. */
  readonly serviceNetwork?: string;
  /** Runs the containers of pods. Without one, containers run nothing and are ready at once. */
  readonly runtime?: ContainerRuntime | undefined;
  /** CustomResourceDefinitions (`apiextensions.k8s.io/v1`) to install at the start. */
  readonly definitions?: readonly object[];
  /** Changes or refuses new objects, in place of admission policies. */
  readonly admission?: Admission;
  /** The number of changes kept per resource, from which a watch can resume. */
  readonly historyLimit?: number;
  readonly watches?: Partial<WatchSettings>;
}

/** Fault injection in a running cluster, for tests. */
export interface Faults {
  /** Delays, rejects or drops requests. Returns a function that removes the fault. */
  inject(rule: FaultRule): () => void;
  /** Removes all injected faults. */
  clear(): void;
  /** Ends the open watches of a resource, or all: cleanly, with a 410, or by a reset. Returns their number. */
  cutWatches(how?: StreamEnd, resource?: string): number;
  /** From now on every older resourceVersion and continue token gets a 410. */
  expireHistory(): void;
  /** Refuses connections and closes the open ones; the cluster keeps running. */
  goAway(): Promise<void>;
  /** Accepts connections again, on the same port, with the current state. */
  comeBack(): Promise<void>;
  /** Replaces the cluster by an empty one with the same name and port; resourceVersions restart, all uids are new. */
  rebuild(): Promise<void>;
}

export interface Cluster {
  readonly name: string;
  readonly port: number;
  /** The URL, such as `http://127.0.0.1:8001`. */
  readonly url: string;
  readonly store: Store;
  /** The API in process, by resource name, as the field manager `embedded`. */
  readonly api: Api;
  readonly timings: Timings;
  readonly faults: Faults;
  /** HTTP requests so far by verb and resource, such as `list pods`. */
  readonly requests: ReadonlyMap<string, number>;
  /** Whether objects of a kind can be applied: it is built in, or a definition that is installed declares it. */
  serves(apiVersion: string, kind: string): boolean;
  /** Applies objects in order, like `kubectl apply --server-side --force-conflicts`. */
  apply(objects: readonly JsonObject[]): AppliedObject[];
  /** Stores running pods without scheduling and starting them one by one. */
  createRunningPods(count: number, pattern?: PodPattern): KubernetesObject[];
  stop(): Promise<void>;
}

export interface AppliedObject {
  readonly object: KubernetesObject;
  readonly action: 'created' | 'configured' | 'unchanged';
}

const defaultTimings: Timings = {
  podStartMs: 150,
  podRunMs: 1000,
  restartMs: 1000,
  podStopMs: 300,
  ipCooldownMs: 30_000,
  namespaceDrainMs: 1000,
  nodeGraceMs: 5_000,
  evictionMs: 300_000,
};
const defaultWatches: WatchSettings = {
  bookmarkIntervalMs: 5_000,
  defaultTimeoutSeconds: 1_800,
  goneAs: 'event',
};

/** Starts the embedded cluster on 127.0.0.1. Rejects if the port is in use. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = new EmbeddedCluster(options);
  await cluster.listen(options.port);
  return cluster;
}

class EmbeddedCluster implements Cluster {
  readonly name: string;
  readonly timings: Timings;
  readonly faults: Faults;
  readonly #options: ClusterOptions;
  readonly #server: HttpServer;
  #plane: RunningControlPlane;

  constructor(options: ClusterOptions) {
    this.name = options.name ?? 'local';
    this.timings = { ...defaultTimings, ...options.timings };
    this.#options = options;
    this.#plane = this.#startPlane();
    this.#server = new HttpServer(() => this.#plane.context, { ...defaultWatches, ...options.watches });
    this.faults = this.#faults();
  }

  get port(): number {
    return this.#server.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get store(): Store {
    return this.#plane.context.store;
  }

  get api(): Api {
    return this.#plane.client('embedded');
  }

  get requests(): ReadonlyMap<string, number> {
    return this.#server.requests;
  }

  listen(port: number): Promise<void> {
    return this.#server.listen(port);
  }

  serves(apiVersion: string, kind: string): boolean {
    return this.#plane.context.registry.kindOf({ apiVersion, kind }) !== undefined;
  }

  apply(objects: readonly JsonObject[]): AppliedObject[] {
    const api = this.#plane.client('kubectl');
    return objects.map((sent) => {
      const revision = this.store.revision;
      const { object, isCreated } = api.apply(sent);
      const isChanged = Number(object.metadata.resourceVersion) > revision;
      return { object, action: isCreated ? 'created' : isChanged ? 'configured' : 'unchanged' };
    });
  }

  createRunningPods(count: number, pattern: PodPattern = {}): KubernetesObject[] {
    return createRunningPods(this.#plane, count, pattern);
  }

  async stop(): Promise<void> {
    this.#plane.stop();
    await this.#server.close();
  }

  #startPlane(): RunningControlPlane {
    const {
      nodes = defaultNodes,
      ipFamilies = ['IPv4'],
      definitions = [],
      historyLimit = 20_000,
      admission,
      serviceNetwork = '10.100',
      runtime,
    } = this.#options;
    const { timings } = this;
    return startControlPlane({
      ...{ nodes, ipFamilies, timings, definitions, historyLimit, admission, serviceNetwork, runtime },
    });
  }

  #faults(): Faults {
    const server = this.#server;
    return {
      inject: (rule) => server.faults.inject(rule),
      clear: () => server.faults.clear(),
      cutWatches: (how = 'close', resource) => server.cutWatches(how, resource),
      expireHistory: () => this.store.compact(),
      goAway: () => server.close(),
      comeBack: () => server.listen(server.port),
      rebuild: async () => {
        const { port } = server;
        await server.close();
        this.#plane.stop();
        this.#plane = this.#startPlane();
        await server.listen(port);
      },
    };
  }
}
