import type { KubernetesClient } from '../../shared/adapters/kubernetes/client.ts';
import type { KubernetesObject } from '../../shared/adapters/kubernetes/resources.ts';
import {
  meshResources,
  namespaces,
  nodes,
  pods,
  type Resource,
} from '../../shared/adapters/kubernetes/resources.ts';
import { type ClusterObject, meshKinds, type PodObject } from '../../shared/model/kubernetes.ts';
import type { Logger } from '../logger.ts';
import type { RelayMetrics } from '../metrics.ts';
import type { Sender } from '../send/sender.ts';
import { clusterObjectChanged, podChanged } from './details.ts';
import { NodePlaces } from './node-places.ts';
import { NodeTopologyRefresher } from './node-topology-refresher.ts';
import { Observer, type ObserverOptions } from './observer.ts';
import { type Handler, Reflector } from './reflector.ts';
import type { RelayTiming } from './timing.ts';

/** The kinds that the relay can watch. With pods it also watches nodes, for their topology. */
export const watchedKinds = ['Pod', 'Namespace', ...meshKinds] as const;
export type WatchedKind = (typeof watchedKinds)[number];

export interface ReflectorsOptions {
  readonly cluster: string;
  readonly client: KubernetesClient;
  readonly kinds: readonly WatchedKind[];
  /** All by default. Cluster-scoped kinds are always watched as a whole. */
  readonly namespaces: readonly string[] | undefined;
  readonly pageSize: number;
  readonly sender: Sender;
  readonly timing: RelayTiming;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly afterObject: () => void;
}

/** A reflector, whatever its kind. */
export type AnyReflector = Pick<Reflector<KubernetesObject>, 'run' | 'state' | 'settled' | 'text'>;

export interface Reflectors {
  /** In starting order: each group waits until the group before has settled. */
  readonly groups: readonly (readonly AnyReflector[])[];
  readonly nodeTopologyRefresher: NodeTopologyRefresher;
}

interface Context extends ReflectorsOptions {
  readonly clusterIdentity: ClusterIdentity;
}

type Pod = PodObject & KubernetesObject;

/**
 * Creates one reflector per kind and namespace. Nodes and namespaces come first, because pods' events contain their
 * node's topology and listings contain the cluster's creation time. Pods come last.
 */
export function createReflectors(options: ReflectorsOptions): Reflectors {
  const context: Context = { ...options, clusterIdentity: new ClusterIdentity() };
  const observers = new Map<string | undefined, Observer<Pod>>();
  const nodeTopologyRefresher = new NodeTopologyRefresher({
    ...options,
    observers,
    backoff: options.timing.backoff,
  });
  const places = new NodePlaces(options.metrics, (nodeName) => nodeTopologyRefresher.add(nodeName));
  const toDetail: ObserverOptions<Pod>['toDetail'] = (change, pod) =>
    podChanged(options.cluster, change, pod, (nodeName) => places.placeOf(nodeName));
  for (const namespace of scopes(options, pods))
    observers.set(namespace, observer(context, pods, namespace, toDetail));
  return {
    groups: [
      [
        ...(observers.size > 0 ? [reflector(context, nodes, undefined, places)] : []),
        ...followed(context, namespaces),
      ],
      meshKinds.flatMap((kind) => followed(context, meshResources[kind])),
      [...observers].map(([namespace, handler]) => reflector(context, pods, namespace, handler)),
    ],
    nodeTopologyRefresher,
  };
}

function followed(context: Context, resource: Resource): AnyReflector[] {
  const toDetail: ObserverOptions<ClusterObject>['toDetail'] = (change, object) => {
    context.clusterIdentity.observe(object);
    return clusterObjectChanged(context.cluster, change, object);
  };
  return scopes(context, resource).map((namespace) =>
    reflector(context, resource, namespace, observer(context, resource, namespace, toDetail)),
  );
}

/** The namespaces in which a kind is watched: `[undefined]` for all at once, `[]` if the kind is not selected. */
function scopes({ kinds, namespaces: names }: ReflectorsOptions, resource: Resource): (string | undefined)[] {
  if (!kinds.some((kind) => kind === resource.kind)) return [];
  return resource.namespaced && names ? [...names] : [undefined];
}

function observer<T extends KubernetesObject>(
  context: Context,
  resource: Resource,
  namespace: string | undefined,
  toDetail: ObserverOptions<T>['toDetail'],
): Observer<T> {
  const clusterCreatedAt = () => context.clusterIdentity.createdAt;
  return new Observer<T>({ ...context, resource, namespace, toDetail, clusterCreatedAt });
}

function reflector<T extends KubernetesObject>(
  context: Context,
  resource: Resource,
  namespace: string | undefined,
  handler: Handler<T>,
): Reflector<T> {
  return new Reflector<T>({ ...context, resource, namespace, handler });
}

/**
 * The creation time of the cluster: that of its namespace kube-system, which cannot be deleted. If its uid changes,
 * another cluster answers at the same address and all observations are invalid. Then the relay must end, so the error
 * is not a SyncError, which a reflector would retry.
 */
class ClusterIdentity {
  #createdAt: string | undefined;
  #uid: string | undefined;

  get createdAt(): string | undefined {
    return this.#createdAt;
  }

  observe({ kind, metadata }: ClusterObject): void {
    if (kind !== 'Namespace' || metadata.name !== 'kube-system') return;
    if (this.#uid !== undefined && this.#uid !== metadata.uid)
      throw new Error(
        'the API server belongs to another cluster now (namespace kube-system has a new uid); the relay must restart',
      );
    this.#uid = metadata.uid;
    this.#createdAt = metadata.creationTimestamp;
  }
}
