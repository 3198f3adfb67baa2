import { type Kind, resourceOf } from '../kinds/kind.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import { ApiError } from '../model/status.ts';
import type { ApiContext, WriteOptions, Written } from './api-context.ts';
import { create } from './create.ts';
import { type DeleteOptions, remove } from './delete.ts';
import { apply, type PatchType, patch } from './patch.ts';
import { update } from './update.ts';

/**
 * The API in process, by resource name (`pods`, `virtualnodes.appmesh.k8s.aws`), for controllers, and for tests without
 * HTTP. The HTTP server uses the same verbs. Returned objects are shared and must not be changed.
 */
export class Api {
  readonly context: ApiContext;
  readonly #manager: string;

  /** @param manager the field manager of this client. */
  constructor(context: ApiContext, manager: string) {
    this.context = context;
    this.#manager = manager;
  }

  get(resource: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.context.store.get(resource, `${namespace ?? ''}/${name}`);
  }

  list(resource: string, namespace?: string): KubernetesObject[] {
    return this.context.store.list(resource, namespace);
  }

  create(resource: string, object: JsonObject): KubernetesObject {
    const kind = this.#kind(resource);
    const namespace = namespaceOf(kind, object);
    return create(this.context, kind, namespace, object, this.#options()).object;
  }

  /** Replaces the object; without a resourceVersion unconditionally. */
  update(object: KubernetesObject, subresource?: 'status'): KubernetesObject {
    const kind = this.#kindOf(object);
    const { namespace, name } = object.metadata;
    return update(this.context, kind, namespace, name, object, this.#options(subresource)).object;
  }

  updateStatus(object: KubernetesObject, status: JsonObject): KubernetesObject {
    return this.update({ ...object, status }, 'status');
  }

  patch(
    resource: string,
    namespace: string | undefined,
    name: string,
    body: unknown,
    options: { readonly type?: Exclude<PatchType, 'apply'>; readonly subresource?: 'status' } = {},
  ): KubernetesObject {
    const { type = 'merge', subresource } = options;
    const kind = this.#kind(resource);
    return patch(this.context, kind, namespace, name, type, body, this.#options(subresource)).object;
  }

  /** Server-side apply with force. */
  apply(object: JsonObject): Written {
    const kind = this.#kindOf(object);
    const metadata = object.metadata as { name?: string } | undefined;
    const name = metadata?.name ?? '';
    return apply(this.context, kind, namespaceOf(kind, object), name, object, {
      ...this.#options(),
      force: true,
    });
  }

  /** Deletes the object if it exists and, if a uid is given, has that uid. */
  delete(object: KubernetesObject, options: DeleteOptions = {}): void {
    const kind = this.#kindOf(object);
    const { namespace, name, uid } = object.metadata;
    if (this.get(resourceOf(kind), namespace, name)?.metadata.uid !== uid) return;
    remove(this.context, kind, namespace, name, options);
  }

  #options(subresource?: 'status'): WriteOptions {
    return { manager: this.#manager, subresource, fieldValidation: 'Strict' };
  }

  #kind(resource: string): Kind {
    return this.context.registry.resource(resource);
  }

  #kindOf(object: JsonObject): Kind {
    const [apiVersion, kind] = [String(object.apiVersion), String(object.kind)];
    const found = this.context.registry.kindOf({ apiVersion, kind });
    if (!found)
      throw new ApiError(404, 'NotFound', `no matches for kind "${kind}" in version "${apiVersion}"`, {});
    return found;
  }
}

function namespaceOf(kind: Kind, object: JsonObject): string | undefined {
  const metadata = object.metadata as { namespace?: string } | undefined;
  return kind.namespaced ? (metadata?.namespace ?? 'default') : undefined;
}
