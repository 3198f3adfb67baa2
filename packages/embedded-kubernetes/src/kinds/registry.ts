import type { KubernetesObject } from '../model/objects.ts';
import { isTerminating } from '../model/objects.ts';
import type { Store } from '../storage/store.ts';
import { builtInKinds } from './built-in.ts';
import { customKinds } from './custom.ts';
import { type Kind, resourceOf } from './kind.ts';

export const definitionsResource = 'customresourcedefinitions.apiextensions.k8s.io';

/** The served kinds: the built-in ones and those of the CustomResourceDefinitions in the store. */
export class Registry {
  readonly #custom = new Map<string, Kind[]>();
  readonly #stop: () => void;

  constructor(store: Store) {
    this.#stop = store.subscribe(definitionsResource, ({ type, object }) => {
      if (type === 'DELETED') this.#custom.delete(object.metadata.name);
      else this.#custom.set(object.metadata.name, customKinds(object));
    });
  }

  stop(): void {
    this.#stop();
  }

  kinds(): Kind[] {
    return [...builtInKinds, ...[...this.#custom.values()].flat()];
  }

  /** By the parts of a request's path. */
  find(group: string, version: string, plural: string): Kind | undefined {
    return this.kinds().find(
      (kind) => kind.plural === plural && kind.group === group && kind.version === version,
    );
  }

  /** By an object's apiVersion and kind. */
  kindOf(object: Pick<KubernetesObject, 'apiVersion' | 'kind'>): Kind | undefined {
    const [version = '', group = ''] = object.apiVersion.split('/').reverse();
    return this.kinds().find(
      (kind) => kind.kind === object.kind && kind.group === group && kind.version === version,
    );
  }

  /** By resource name, such as `deployments.apps`, in the first version served. Throws for an unknown one. */
  resource(resource: string): Kind {
    const kind = this.kinds().find((each) => resourceOf(each) === resource);
    if (!kind)
      throw new Error(
        `resource "${resource}" not found in the embedded cluster; expected a resource such as pods`,
      );
    return kind;
  }

  /** Whether objects of the kind may be created; false while its definition is being deleted. */
  static accepts(definition: KubernetesObject | undefined): boolean {
    return definition === undefined || !isTerminating(definition);
  }
}
