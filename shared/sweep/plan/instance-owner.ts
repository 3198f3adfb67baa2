import type { PodKey } from '../../model/identity.ts';

export type Owner = PodKey & { readonly uid: string };

/** The pod that an instance's attributes name. */
export function namedBy(attributes: Readonly<Record<string, string>>): Owner {
  return {
    cluster: attributes['k8s.io/cluster'] ?? '',
    namespace: attributes['k8s.io/namespace'] ?? '',
    name: attributes['k8s.io/pod'] ?? '',
    uid: attributes['k8s.io/pod-uid'] ?? '',
  };
}
