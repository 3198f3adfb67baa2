import type { ClusterConfig } from '../../model/cluster-config.ts';
import { NotFoundError } from '../../model/errors.ts';
import { readinessChangedAt } from '../../model/events/readiness-changed.ts';
import { trimClusterObject, trimPod } from '../../model/events/trim.ts';
import { objectKey } from '../../model/identity.ts';
import {
  type ClusterObject,
  meshKinds,
  type NodePlace,
  type ObjectMeta,
  type PodObject,
} from '../../model/kubernetes.ts';
import { type LiveStatus, objectText } from '../../model/kubernetes-object.ts';
import type { ClusterListing, ListedPod, ClusterReader as Reader } from '../../ports/sweep-ports.ts';
import { KubernetesClient, type ListOptions } from './client.ts';
import type { Connection } from './connection.ts';
import { ExpiredError, InvalidRequestError } from './errors.ts';
import { nodePlaceOf } from './node-place.ts';
import { type KubernetesObject, meshResources, namespaces, nodes, pods, type Resource } from './resources.ts';

/** How often a listing that expired midway is restarted, and how often a request is tried. */
const maxAttempts = 3;
const requestAttempts = 4;

/**
 * Lists whole clusters. Each page is trimmed before the next is requested, so that of 100,000 pods at most one page is
 * in memory as the API server sent it.
 */
export class ClusterReader implements Reader {
  readonly #connect: (cluster: ClusterConfig) => Promise<Connection>;
  readonly #onRequest: (action: string) => void;
  readonly #clients = new Map<string, KubernetesClient>();

  /** `connect` finds the cluster; its result is kept until a listing fails. */
  constructor(
    connect: (cluster: ClusterConfig) => Promise<Connection>,
    onRequest: (action: string) => void = () => undefined,
  ) {
    this.#connect = connect;
    this.#onRequest = onRequest;
  }

  /**
   * All pods, node locations, namespaces and mesh objects of a cluster, at one resourceVersion: that of the pods, at
   * which the other kinds are requested. A kind that the cluster does not have is empty, and named. Throws if anything
   * is missing, so the result is never partial.
   */
  async list(cluster: ClusterConfig): Promise<ClusterListing> {
    const client = await this.#clientOf(cluster);
    try {
      for (let attempt = 1; ; attempt++) {
        const listing = await listCluster(client).catch((error: unknown) => {
          if (!(error instanceof ExpiredError) || attempt === maxAttempts) throw error;
        });
        if (listing) return listing;
      }
    } catch (error) {
      this.#clients.delete(cluster.name);
      client.close();
      throw error;
    }
  }

  async #clientOf(cluster: ClusterConfig): Promise<KubernetesClient> {
    const known = this.#clients.get(cluster.name);
    if (known) return known;
    const client = new KubernetesClient(await this.#connect(cluster), this.#onRequest);
    this.#clients.set(cluster.name, client);
    return client;
  }
}

async function listCluster(client: KubernetesClient): Promise<ClusterListing> {
  const { resourceVersion, items } = await gather(client, pods, {}, (pod: PodObject & KubernetesObject) =>
    listed(pod),
  );
  const others = new OtherKinds(client, resourceVersion);
  const places = new Map((await others.list(nodes, nodePlaceOf)).map((place) => [place.name, place]));
  const objects: ClusterObject[] = await others.list(namespaces, trimClusterObject);
  const statuses = new Map<string, LiveStatus>();
  const trim = (object: ClusterObject) => {
    statuses.set(objectText(object), { uid: object.metadata.uid, status: object.status ?? {} });
    return trimClusterObject(object);
  };
  for (const kind of meshKinds) objects.push(...(await others.listIfThere(meshResources[kind], trim)));
  return {
    resourceVersion,
    pods: new Map(items.map((pod) => [objectKey(pod.object.metadata), placed(pod, places)])),
    ...{ objects, statuses },
    laterKinds: others.later,
    absentKinds: others.absent,
  };
}

function listed(pod: PodObject): ListedPod {
  const readinessAt = readinessChangedAt(pod);
  return { object: trimPod(pod), ...(readinessAt !== undefined && { readinessChangedAt: readinessAt }) };
}

function placed(pod: ListedPod, places: ReadonlyMap<string, NodePlace>): ListedPod {
  return { ...pod, node: places.get(pod.object.spec.nodeName ?? '') };
}

/** The other kinds at the pods' resourceVersion, as long as the API server still has it. */
class OtherKinds {
  readonly later: string[] = [];
  readonly absent: string[] = [];
  readonly #client: KubernetesClient;
  readonly #resourceVersion: string;

  constructor(client: KubernetesClient, resourceVersion: string) {
    this.#client = client;
    this.#resourceVersion = resourceVersion;
  }

  /**
   * 410: etcd was compacted since the pods were listed. 400 or 422: the API server does not support exact matches. The
   * kind is then listed in its current state, which is no older than the pods.
   */
  async list<S extends { readonly metadata: ObjectMeta }, T>(
    resource: Resource,
    trim: (object: S & KubernetesObject) => T,
  ): Promise<T[]> {
    try {
      const options = { resourceVersion: this.#resourceVersion };
      return (await gather(this.#client, resource, options, trim)).items;
    } catch (error) {
      if (!(error instanceof ExpiredError || error instanceof InvalidRequestError)) throw error;
      this.later.push(resource.kind);
      return (await gather(this.#client, resource, {}, trim)).items;
    }
  }

  async listIfThere<S extends { readonly metadata: ObjectMeta }, T>(
    resource: Resource,
    trim: (object: S & KubernetesObject) => T,
  ): Promise<T[]> {
    try {
      return await this.list(resource, trim);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      this.absent.push(resource.kind);
      return [];
    }
  }
}

async function gather<T extends KubernetesObject, R>(
  client: KubernetesClient,
  resource: Resource,
  options: ListOptions,
  trim: (object: T) => R,
): Promise<{ resourceVersion: string; items: R[] }> {
  const items: R[] = [];
  let resourceVersion = '';
  for await (const page of client.pages<T>(resource, { ...options, attempts: requestAttempts })) {
    resourceVersion = page.resourceVersion;
    for (const object of page.items) items.push(trim(object));
  }
  return { resourceVersion, items };
}
