import type { ServiceView } from '../../../model/service-view.ts';

export interface NamedView {
  readonly name: string;
  readonly service: ServiceView | undefined;
}

/** Finds a service by its two names, which are the same for thousands of pods: joining them into a key takes longer. */
export function viewFinder(services: ReadonlyMap<string, ServiceView>) {
  const known = new Map<string, Map<string, NamedView>>();
  return (namespaceName: string, serviceName: string): NamedView => {
    const inNamespace = known.get(namespaceName) ?? new Map<string, NamedView>();
    const found = inNamespace.get(serviceName);
    if (found !== undefined) return found;
    const name = `${namespaceName}/${serviceName}`;
    const made = { name, service: services.get(name) };
    known.set(namespaceName, inNamespace.set(serviceName, made));
    return made;
  };
}
