import type { KubernetesClient } from '../shared/adapters/kubernetes/client.ts';
import type { KubernetesObject } from '../shared/adapters/kubernetes/resources.ts';
import {
  meshResources,
  namespaces,
  nodes,
  pods,
  type Resource,
} from '../shared/adapters/kubernetes/resources.ts';
import { type ClusterObject, meshKinds, type PodObject } from '../shared/model/kubernetes.ts';
import { clusterObjectChanged, podChanged } from './details.ts';
import type { Logger } from './logger.ts';
import type { RelayMetrics } from './metrics.ts';
import { NodePlaces } from './node-places.ts';
import { NodeTopologyRefresher } from './node-topology-refresher.ts';
import { Observer, type ObserverOptions } from './observer.ts';
import { type Handler, Reflector } from './reflector.ts';
import type { Sender } from './sender.ts';
import type { RelayTiming } from './timing.ts';

/** The kinds that the relay can be told to watch. Nodes are watched with the pods, for their places. */
export const watchedKinds = ['Pod', 'Namespace', ...meshKinds] as const;
export type WatchedKind = (typeof watchedKinds)[number];

export interface ReflectorsOptions {
  readonly cluster: string;
  readonly client: KubernetesClient;
  readonly kinds: readonly WatchedKind[];
  /** All by default; kinds that are not in a namespace are always watched as a whole. */
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
  /** In the order in which they may begin: each group waits until the group before has settled. */
  readonly groups: readonly (readonly AnyReflector[])[];
  readonly nodeTopologyRefresher: NodeTopologyRefresher;
}

interface Context extends ReflectorsOptions {
  readonly birth: ClusterBirth;
}

type Pod = PodObject & KubernetesObject;

/**
 * One reflector a kind and namespace. Nodes and namespaces come first, because pods' events carry their nodes' places
 * and listings say when the cluster began; pods come last.
 */
export function createReflectors(options: ReflectorsOptions): Reflectors {
  const context: Context = { ...options, birth: new ClusterBirth() };
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
    context.birth.notice(object);
    return clusterObjectChanged(context.cluster, change, object);
  };
  return scopes(context, resource).map((namespace) =>
    reflector(context, resource, namespace, observer(context, resource, namespace, toDetail)),
  );
}

/** The namespaces in which a kind is watched, each by itself: `[undefined]` for all at once, none for a kind not asked for. */
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
  const clusterCreatedAt = () => context.birth.at;
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
 * When the cluster began: the creation of its namespace kube-system, which nobody can delete. If that is another one,
 * another cluster answers at the same address, and nothing that is known of the former is true of it. Then the relay
 * ends, for which the error is none that a reflector would try again after.
 */
class ClusterBirth {
  #at: string | undefined;
  #uid: string | undefined;

  get at(): string | undefined {
    return this.#at;
  }

  notice({ kind, metadata }: ClusterObject): void {
    if (kind !== 'Namespace' || metadata.name !== 'kube-system') return;
    if (this.#uid !== undefined && this.#uid !== metadata.uid)
      throw new Error('the cluster was replaced by another one; expected a start from anew');
    this.#uid = metadata.uid;
    this.#at = metadata.creationTimestamp;
  }
}
