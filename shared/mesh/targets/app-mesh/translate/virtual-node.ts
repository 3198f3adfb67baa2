import type { ServiceDiscovery, VirtualNodeSpec } from '../../../../model/mesh/kinds/virtual-node.ts';
import type { Resolver } from '../../../plan/references/resolver.ts';
import type * as appMesh from './app-mesh-types.ts';
import { listenerInput } from './listener.ts';
import { loggingInput } from './logging.ts';
import { oneOf, present, when } from './present.ts';
import { nameOfReferred } from './referred.ts';
import { backendDefaultsInput, clientPolicyInput } from './tls.ts';

/** The spec of a virtual node in the API. */
export function virtualNodeSpecInput(spec: VirtualNodeSpec, resolver: Resolver): appMesh.VirtualNodeSpec {
  const backends = backendInputs(spec, resolver);
  return present({
    listeners: spec.listeners?.length ? spec.listeners.map(listenerInput) : undefined,
    serviceDiscovery: when(spec.serviceDiscovery, serviceDiscoveryInput),
    backends: backends.length > 0 ? backends : undefined,
    backendDefaults: when(spec.backendDefaults, backendDefaultsInput),
    logging: when(spec.logging, loggingInput),
  });
}

function serviceDiscoveryInput({ dns, awsCloudMap }: ServiceDiscovery): appMesh.ServiceDiscovery {
  return oneOf({
    dns: when(dns, present),
    awsCloudMap: when(awsCloudMap, ({ attributes, ...names }) =>
      present({ ...names, attributes: attributes?.length ? attributes : undefined }),
    ),
  });
}

/**
 * Each virtual service once: first the backends in their order (the first of two with the same name), then those of the
 * groups sorted by name, since a group may be a whole namespace, which has no order.
 */
function backendInputs(spec: VirtualNodeSpec, resolver: Resolver): appMesh.Backend[] {
  const backends = new Map<string, appMesh.Backend>();
  for (const { name, clientPolicy } of namedBackends(spec, resolver))
    if (!backends.has(name))
      backends.set(name, {
        virtualService: present({
          virtualServiceName: name,
          clientPolicy: when(clientPolicy, clientPolicyInput),
        }),
      });
  return [...backends.values()];
}

function namedBackends(spec: VirtualNodeSpec, resolver: Resolver) {
  const listed = (spec.backends ?? []).map(({ virtualService }, index) => {
    const path = `spec.backends[${index}].virtualService.virtualServiceRef`;
    const { virtualServiceRef: reference, virtualServiceARN: arn, clientPolicy } = virtualService;
    return { name: nameOfReferred(resolver, 'VirtualService', { reference, arn, path }), clientPolicy };
  });
  return [
    ...listed,
    ...[...servicesOfGroups(spec, resolver)].sort().map((name) => ({ name, clientPolicy: undefined })),
  ];
}

/** Collected in a set: groups that name the same services many times must not become long lists. */
function servicesOfGroups({ backendGroups }: VirtualNodeSpec, resolver: Resolver): ReadonlySet<string> {
  const names = new Set<string>();
  const read = new Set<ReadonlySet<string>>();
  for (const [index, group] of (backendGroups ?? []).entries()) {
    const services = resolver.backendGroup(group, `spec.backendGroups[${index}]`);
    if (read.has(services)) continue;
    read.add(services);
    for (const name of services) names.add(name);
  }
  return names;
}
