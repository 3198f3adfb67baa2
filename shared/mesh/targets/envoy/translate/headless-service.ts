import type { EntryOf } from '../../../plan/entry.ts';
import type { ObjectResource } from '../../../plan/object-resource.ts';
import { headlessServiceName } from './cluster/headless-name.ts';
import type { Fields } from './typed.ts';

/** The Service of a virtual node's pods. */
export function headlessServiceOf({ id }: Pick<EntryOf<'VirtualNode'>, 'id'>): ObjectResource {
  return { group: '', kind: 'Service', namespace: id.namespace, name: headlessServiceName(id.name) };
}

/**
 * A Service without an address of its own: its name has the addresses of the ready pods that the node selects. Kubernetes keeps
 * it up to date; nothing of it goes through this system.
 */
export function headlessServiceSpec({ content: { spec } }: EntryOf<'VirtualNode'>): Fields {
  const ports = new Set((spec.listeners ?? []).map(({ portMapping }) => portMapping.port));
  return {
    clusterIP: 'None',
    // Both families where the cluster has both, so that an IP preference has a choice.
    ipFamilyPolicy: 'PreferDualStack',
    selector: spec.podSelector?.matchLabels ?? {},
    ...(ports.size > 0 && { ports: [...ports].map((port) => ({ name: `port-${port}`, port })) }),
  };
}
