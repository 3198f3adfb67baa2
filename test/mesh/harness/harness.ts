import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import {
  AppMesh as AppMeshEngine,
  type AppMeshOptions,
} from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/app-mesh/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { parseAllDocuments } from 'yaml';
import type { MeshTarget, ReconcileDependencies } from '../../../shared/mesh/mesh-target.ts';
import { reconcileMesh } from '../../../shared/mesh/reconcile-mesh.ts';
import { AppMeshAdapter } from '../../../shared/mesh/targets/app-mesh/adapter/app-mesh.ts';
import type { AppMesh } from '../../../shared/mesh/targets/app-mesh/api.ts';
import { appMeshTarget } from '../../../shared/mesh/targets/app-mesh/app-mesh-target.ts';
import { type ClusterConfig, clustersFile } from '../../../shared/model/cluster-config.ts';
import { ConflictError, NotFoundError, RetryableError } from '../../../shared/model/errors.ts';
import {
  type ClusterObjectChanged,
  detailTypes,
  type EventDetail,
  eventVersion,
  type MeshReconcileRequested,
} from '../../../shared/model/events/event.ts';
import { mergedRequest } from '../../../shared/model/events/mesh-reconcile-requested.ts';
import { clusterObjectChanged, meshReconcileRequested } from '../../../shared/model/events/schema.ts';
import { trimClusterObject } from '../../../shared/model/events/trim.ts';
import { meshKinds } from '../../../shared/model/kubernetes.ts';
import { observeClusterObject } from '../../../shared/objects/observe-cluster-object.ts';
import { isSameContent } from '../../../shared/pods/plan/same-content.ts';
import type { StatusWriter } from '../../../shared/ports/mesh-ports.ts';
import { memoryMeshStores } from '../../fakes/stores/memory-mesh.ts';
import { memoryStores } from '../../fakes/stores/memory-stores.ts';

/** A manifest's object, as a person writes it. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** With the API of the App Mesh target, so that a test can wrap it. */
export interface HarnessDependencies extends ReconcileDependencies {
  readonly appMesh: (cluster: ClusterConfig) => AppMesh | undefined;
}

export interface Live {
  readonly manifest: Manifest;
  readonly uid: string;
  readonly generation: number;
  readonly createdAt: string;
  readonly resourceVersion: number | string;
  status: Readonly<Record<string, unknown>>;
}

export interface HarnessOptions {
  readonly cluster?: string;
  readonly config?: Record<string, unknown>;
  readonly engine?: AppMeshEngine;
  readonly engineOptions?: AppMeshOptions;
  /** Where the cluster's API is, for what is between the use cases and the world: to crash, to be late. */
  readonly wrap?: (deps: HarnessDependencies) => HarnessDependencies;
  /** The mesh target; App Mesh by default. */
  readonly target?: MeshTarget;
  /** Whether App Mesh is a target beside the given one. */
  readonly withAppMesh?: boolean;
}

/** Unique among all harnesses, since several may share an App Mesh. */
let tokens = 0;

/**
 * One cluster and App Mesh, in this process: manifests become events as the relay sends them, events are observed and
 * the mesh is reconciled as the function does it, statuses land on the objects.
 */
export class MeshHarness {
  readonly engine: AppMeshEngine;
  readonly cluster: string;
  readonly deps: HarnessDependencies;
  readonly stores = { ...memoryStores(), ...memoryMeshStores() };
  readonly objects = new Map<string, Live>();
  readonly queue: EventDetail[] = [];
  /** Requests for later, of which equal ones are one. */
  readonly later = new Map<string, { readonly event: MeshReconcileRequested; readonly dueAtMs: number }>();
  isApiDown = false;
  statusWrites = 0;
  /** What the operators were informed of. */
  readonly notes: string[] = [];
  /** The engine's, where that has one that can be advanced: what is waited for has to come. */
  readonly clock: VirtualClock;
  /** The resourceVersion of the last write. */
  version = 0;
  private config: ClusterConfig;
  private uids = 0;

  constructor(options: HarnessOptions = {}) {
    const { cluster = 'local', config = {}, engine, engineOptions, wrap } = options;
    this.clock = engine?.clock instanceof VirtualClock ? engine.clock : new VirtualClock();
    this.engine =
      engine ?? new AppMeshEngine({ clock: this.clock, settings: { rates: {} }, ...engineOptions });
    this.cluster = cluster;
    this.config = configOf(cluster, config);
    const adapter = new AppMeshAdapter(new AppMeshClient(inProcessClientOptions(this.engine)));
    const deps = this.makeDependencies(adapter, options);
    this.deps = wrap?.(deps) ?? deps;
  }

  /** As clusters.yml says from now on. */
  configure(config: Record<string, unknown>): void {
    this.config = configOf(this.cluster, config);
  }

  apply(...manifests: readonly Manifest[]): void {
    for (const manifest of manifests) this.queue.push(this.applied(manifest));
  }

  delete(...manifests: readonly Manifest[]): void {
    for (const manifest of manifests) {
      const key = keyOf(manifest);
      const live = this.objects.get(key);
      if (live === undefined) continue;
      this.objects.delete(key);
      this.queue.push(this.event('Deleted', { ...live, resourceVersion: ++this.version }));
    }
  }

  /** Handles what is queued, the requests that follow included, until all is quiet. */
  async settle(): Promise<void> {
    for (let event = this.queue.shift(); event !== undefined; event = this.queue.shift())
      await this.handle(event);
  }

  /** Likewise, with the requests merged as a batch of the queue has them: all that is queued is seen, then acted on. */
  async settleInOneRun(): Promise<void> {
    const requests: MeshReconcileRequested[] = [];
    for (let event = this.queue.shift(); event !== undefined; event = this.queue.shift())
      if (event.type === detailTypes.meshReconcileRequested) requests.push(event);
      else await this.handle(event);
    if (requests.length > 0) await this.handle(mergedRequest(requests));
    await this.settle();
  }

  /** Lets the time pass until the next request for later is due, and handles it; answers whether there was one. */
  async settleNextLater(): Promise<boolean> {
    const [next] = [...this.later].sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs);
    if (next === undefined) return false;
    const [key, { event, dueAtMs }] = next;
    this.later.delete(key);
    this.clock.advance(Math.max(0, dueAtMs - this.clock.now()));
    this.queue.push(event);
    await this.settle();
    return true;
  }

  async handle(event: EventDetail): Promise<void> {
    if (event.type === detailTypes.clusterObjectChanged)
      await observeClusterObject(this.deps, clusterObjectChanged.parse(event));
    if (event.type === detailTypes.meshReconcileRequested)
      await reconcileMesh(this.deps, meshReconcileRequested.parse(event));
  }

  async reconcile(
    options: { readonly verify?: boolean; readonly targets?: readonly string[] } = {},
  ): Promise<void> {
    await reconcileMesh(this.deps, { cluster: this.cluster, ...options });
  }

  statusOf(kind: string, name: string, namespace = ''): Readonly<Record<string, unknown>> {
    return this.objects.get(`${kind} ${namespace}/${name}`)?.status ?? {};
  }

  /** Condition `<Kind>Active` as `True Applied` and its message. */
  activeOf(kind: string, name: string, namespace = ''): { readonly is: string; readonly message: string } {
    const { conditions = [] } = this.statusOf(kind, name, namespace) as {
      conditions?: { type: string; status: string; reason: string; message: string }[];
    };
    const active = conditions.find(({ type }) => type === `${kind}Active`);
    return { is: active ? `${active.status} ${active.reason}` : 'none', message: active?.message ?? '' };
  }

  private applied(manifest: Manifest): EventDetail {
    const key = keyOf(manifest);
    const before = this.objects.get(key);
    const live: Live = {
      manifest,
      uid: before?.uid ?? `uid-${++this.uids}`,
      generation: (before?.generation ?? 0) + (isSameContent(before?.manifest.spec, manifest.spec) ? 0 : 1),
      createdAt: before?.createdAt ?? new Date(this.creationMs(this.uids)).toISOString().replace('.000', ''),
      resourceVersion: ++this.version,
      status: before?.status ?? {},
    };
    this.objects.set(key, live);
    return this.event('Applied', live);
  }

  /** When the how-many-th object was created. */
  protected creationMs(count: number): number {
    return count * 1000;
  }

  event(change: ClusterObjectChanged['change'], live: Live): ClusterObjectChanged {
    const { manifest, uid, generation, createdAt, resourceVersion, status } = live;
    const isMesh = (meshKinds as readonly string[]).includes(manifest.kind);
    const object = {
      apiVersion: isMesh ? 'appmesh.k8s.aws/v1beta2' : 'v1',
      kind: manifest.kind,
      metadata: {
        ...manifest.metadata,
        ...{ uid, generation, creationTimestamp: createdAt, resourceVersion: String(resourceVersion) },
      },
      ...(manifest.spec && { spec: manifest.spec }),
      ...(isMesh && { status: status as Record<string, string> }),
    };
    return {
      type: detailTypes.clusterObjectChanged,
      version: eventVersion,
      group: this.cluster,
      cluster: this.cluster,
      change,
      object: trimClusterObject(object),
    };
  }

  private makeDependencies(appMesh: AppMesh, { target, withAppMesh }: HarnessOptions): HarnessDependencies {
    const writer: StatusWriter = {
      write: async ({ kind, namespace, name, uid }, status) => {
        if (this.isApiDown) throw new RetryableError('the API server is down');
        this.statusWrites++;
        const live = this.objects.get(`${kind} ${namespace}/${name}`);
        if (live === undefined) throw new NotFoundError('object', `${kind} ${name}`);
        if (live.uid !== uid) throw new ConflictError(`${kind} ${name} is another`);
        live.status = merged(live.status, status);
      },
    };
    return {
      ...this.stores,
      clock: {
        now: () => this.clock.now(),
        sleep: async (milliseconds) => this.clock.advance(milliseconds),
      },
      requests: { send: async (events) => void this.queue.push(...structuredClone(events)) },
      cluster: () => this.config,
      appMesh: () => appMesh,
      meshTargets: (cluster) => {
        const api = this.deps.appMesh(cluster);
        const appMesh = target && !withAppMesh ? undefined : api && appMeshTarget(cluster, api);
        return [appMesh, target].filter((each) => each !== undefined);
      },
      statusWriter: () => writer,
      later: async (event, dueAtMs) => void this.later.set(`${dueAtMs} ${event.run}`, { event, dueAtMs }),
      newToken: () => `token-${++tokens}`,
      note: (message) => void this.notes.push(message),
      refused: ({ reason }) => void this.notes.push(reason),
    };
  }
}

const relevant: ReadonlySet<string> = new Set([...meshKinds, 'Namespace']);

/** The mesh objects and namespaces of a file of manifests; `${NAME}` stands for a value given, or for `name`. */
export function manifestsIn(text: string, values: Readonly<Record<string, string>> = {}): Manifest[] {
  const filled = text.replaceAll(
    /\$\{(\w+)\}/g,
    (_, name: string) => values[name] ?? name.toLowerCase().replaceAll('_', '-'),
  );
  return parseAllDocuments(filled)
    .map((document) => document.toJS() as Manifest | null)
    .filter((object) => object !== null)
    .filter(({ kind }) => relevant.has(kind));
}

function configOf(name: string, config: Record<string, unknown>): ClusterConfig {
  const file = clustersFile.parse({ clusters: [{ name, appMesh: {}, kubernetes: {}, ...config }] });
  return file.clusters[0] as ClusterConfig;
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** A JSON merge patch: RFC 7396. */
function merged(
  target: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(patch).map(([name, value]) => {
    if (!isObject(value)) return [name, value];
    const before = target[name];
    return [name, merged(isObject(before) ? before : {}, value)];
  });
  const all = { ...target, ...Object.fromEntries(entries) } as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
