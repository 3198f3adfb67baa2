import { ConflictError, NotFoundError, RetryableError } from '../../model/errors.ts';
import {
  idOf,
  idText,
  type LiveObject,
  type Manifest,
  type ObjectId,
} from '../../model/kubernetes-object.ts';
import { fieldManager } from '../../model/own-object.ts';
import type { KubernetesObjects, ObjectListOptions, ObjectType } from '../../ports/kubernetes-objects.ts';
import type { KubernetesClient } from './client.ts';
import { ConnectedClient } from './connected-client.ts';
import type { Connection } from './connection.ts';
import { annotateRequest, applyRequest, deleteRequest, getRequest } from './object-requests.ts';
import type { Resource } from './resources.ts';
import { ServedKinds } from './served-kinds.ts';

/** How often a page of a listing is requested. */
const pageAttempts = 3;

/** Objects of any kind in one cluster, as defined in ports/kubernetes-objects.ts. */
export class KubernetesObjectsAdapter implements KubernetesObjects {
  readonly #connected: ConnectedClient;
  readonly #kinds: ServedKinds;

  /** `onRequest` is called for each request that is sent, as `patch services cart in namespace shop`. */
  constructor(
    connect: () => Promise<Connection>,
    onRequest: (action: string) => void = () => undefined,
    now: () => number = () => Date.now(),
  ) {
    this.#connected = new ConnectedClient(connect, onRequest);
    this.#kinds = new ServedKinds(now);
  }

  async servedVersion(group: string, kind: string, versions: readonly string[]): Promise<string | undefined> {
    return this.#connected.use((client) => this.#kinds.version(client, group, kind, versions));
  }

  async get(id: ObjectId): Promise<LiveObject | undefined> {
    return this.#on(id, async (client, resource) => {
      try {
        return (await client.exchange<LiveObject>(getRequest(resource, id))).body;
      } catch (error) {
        if (error instanceof NotFoundError && error.resource === 'object') return undefined;
        throw error;
      }
    });
  }

  async list(type: ObjectType, options: ObjectListOptions = {}): Promise<readonly LiveObject[]> {
    return this.#on(type, async (client, resource) => {
      const { items } = await client.list<LiveObject>(resource, { ...options, attempts: pageAttempts });
      return items;
    });
  }

  async create(manifest: Manifest): Promise<LiveObject> {
    return this.#on(manifest, async (client, resource) => {
      const { code, body } = await client.exchange<LiveObject>(applyRequest(resource, manifest, false));
      if (code === 201 || !hasContentOfOthers(body)) return body;
      const { apiVersion, kind, metadata } = manifest;
      const bare = { name: metadata.name, namespace: metadata.namespace, uid: body.metadata.uid };
      await client.exchange(applyRequest(resource, { apiVersion, kind, metadata: bare }, false));
      throw new ConflictError(`${idText(idOf(manifest))} was created by somebody else`);
    });
  }

  async apply(manifest: Manifest, { force = false }: { readonly force?: boolean } = {}): Promise<LiveObject> {
    return this.#on(
      manifest,
      async (client, resource) =>
        (await client.exchange<LiveObject>(applyRequest(resource, manifest, force))).body,
    );
  }

  async annotate(
    { id, uid }: { readonly id: ObjectId; readonly uid: string },
    annotations: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#on(id, (client, resource) =>
      client.exchange(annotateRequest(resource, { id, uid }, annotations)),
    );
  }

  async delete({ id, uid }: { readonly id: ObjectId; readonly uid: string }): Promise<void> {
    await this.#on(id, (client, resource) => client.exchange(deleteRequest(resource, id, uid)));
  }

  /** A 404 that names no object: the kind is no longer served, or something else than the API server answered. */
  async #on<T>(
    type: ObjectType,
    call: (client: KubernetesClient, resource: Resource) => Promise<T>,
  ): Promise<T> {
    return this.#connected.use(async (client) => {
      const resource = await this.#kinds.resource(client, type);
      try {
        return await call(client, resource);
      } catch (error) {
        if (!(error instanceof NotFoundError) || error.resource === 'object') throw error;
        this.#kinds.forget();
        throw new RetryableError(error.message, { cause: error });
      }
    });
  }
}

/**
 * Whether another manager set fields of the spec or the data, as whoever created the object did. If there is none, we created it
 * ourselves and the answer was lost.
 */
function hasContentOfOthers({ metadata: { managedFields = [] } }: LiveObject): boolean {
  return managedFields.some(
    ({ manager, subresource, fieldsV1 = {} }) =>
      manager !== fieldManager && !subresource && ('f:spec' in fieldsV1 || 'f:data' in fieldsV1),
  );
}
