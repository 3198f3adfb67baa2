import type { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import type { KubernetesObject, Resource } from '../../../shared/adapters/kubernetes/resources.ts';
import type { WatchEvent } from '../../../shared/adapters/kubernetes/watch.ts';

interface Scope {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string;
  readonly signal: AbortSignal;
}

/**
 * A client of an API server that has these objects, by the plural of their kind, or fails with an error. Each watch has the
 * events of `emit` and goes on until it is aborted. Each request is noted.
 */
export function scriptedCluster(objects: Record<string, readonly object[] | Error> = {}) {
  const requests: string[] = [];
  const watches = new Map<string, (event: WatchEvent<KubernetesObject> | undefined) => void>();
  const noted = (verb: string, { plural }: Resource, { namespace, fieldSelector }: Scope) => {
    requests.push([verb, plural, namespace, fieldSelector].filter(Boolean).join(' '));
    const found = objects[plural] ?? [];
    if (found instanceof Error) throw found;
    return found;
  };
  const client = {
    list: async (resource: Resource, scope: Scope) => ({ items: noted('list', resource, scope) }),
    async *pages(resource: Resource, scope: Scope) {
      yield { resourceVersion: '10', items: noted('list', resource, scope) };
    },
    async *watch(resource: Resource, scope: Scope) {
      noted('watch', resource, scope);
      scope.signal.addEventListener('abort', () => watches.get(resource.plural)?.(undefined));
      while (!scope.signal.aborted) {
        const next = Promise.withResolvers<WatchEvent<KubernetesObject> | undefined>();
        watches.set(resource.plural, next.resolve);
        const event = await next.promise;
        if (event) yield event;
      }
    },
    isServed: async () => false,
  };
  const emit = (plural: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: object) =>
    watches.get(plural)?.({ type, object: object as KubernetesObject });
  return { client: client as unknown as KubernetesClient, requests, emit, objects };
}
