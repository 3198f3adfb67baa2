import { at, isObject, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type JsonObject, type KubernetesObject } from '../../model/objects.ts';
import { hasEnded, isReady } from '../pods.ts';

export interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

export interface Slice {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly JsonObject[];
}

/** As the EndpointSlice controller: at most so many endpoints in a slice. */
const maxEndpoints = 100;

/**
 * The slices of a Service: its pods by address family and by the ports that their containers give to named target
 * ports (k8s.io/endpointslice, reconciler.go). A pod without an address, or that has ended, is no endpoint.
 */
export function slicesOf(
  service: KubernetesObject,
  pods: readonly KubernetesObject[],
  zoneOf: (node: string) => string,
): Slice[] {
  const families = listAt(service, 'spec', 'ipFamilies') as ('IPv4' | 'IPv6')[];
  const publishesAll = at(service, 'spec', 'publishNotReadyAddresses') === true;
  return (families.length === 0 ? (['IPv4'] as const) : families).flatMap((addressType) => {
    const reachable = pods.filter((pod) => !hasEnded(pod) && addressOf(pod, addressType) !== undefined);
    const groups = Map.groupBy(reachable, (pod) => JSON.stringify(portsFor(service, pod)));
    const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    return ordered.flatMap(([ports, members]) =>
      chunks(members, maxEndpoints).map((chunk) => ({
        addressType,
        ports: JSON.parse(ports) as SlicePort[],
        endpoints: chunk.map((pod) => endpointOf(service, pod, addressType, publishesAll, zoneOf)),
      })),
    );
  });
}

function endpointOf(
  service: KubernetesObject,
  pod: KubernetesObject,
  family: Slice['addressType'],
  publishesAll: boolean,
  zoneOf: (node: string) => string,
): JsonObject {
  const node = stringAt(pod, 'spec', 'nodeName');
  const zone = zoneOf(node);
  const hostname = stringAt(pod, 'spec', 'hostname');
  const isNamed = hostname !== '' && stringAt(pod, 'spec', 'subdomain') === service.metadata.name;
  const [isServing, terminating] = [isReady(pod), isTerminating(pod)];
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [addressOf(pod, family)],
    conditions: {
      ready: publishesAll || (isServing && !terminating),
      serving: isServing,
      terminating,
    },
    ...(isNamed && { hostname }),
    nodeName: node,
    targetRef: { kind: 'Pod', name, namespace, uid },
    ...(zone !== '' && { zone }),
  };
}

function addressOf(pod: KubernetesObject, family: Slice['addressType']): string | undefined {
  const ips = listAt(pod, 'status', 'podIPs').map((each) => stringAt(each, 'ip'));
  return ips.find((ip) => (family === 'IPv6') === ip.includes(':'));
}

/** A port whose named target port no container of the pod has is left out. */
function portsFor(service: KubernetesObject, pod: KubernetesObject): SlicePort[] {
  return listAt(service, 'spec', 'ports').flatMap((port) => {
    const target = targetPort(port, pod);
    const protocol = stringAt(port, 'protocol') || 'TCP';
    return target === undefined ? [] : [{ name: stringAt(port, 'name'), port: target, protocol }];
  });
}

function targetPort(port: unknown, pod: KubernetesObject): number | undefined {
  const target = at(port, 'targetPort') ?? at(port, 'port');
  if (typeof target === 'number') return target;
  const sidecars = listAt(pod, 'spec', 'initContainers').filter(
    (container) => isObject(container) && container.restartPolicy === 'Always',
  );
  const named = [...listAt(pod, 'spec', 'containers'), ...sidecars]
    .flatMap((container) => listAt(container, 'ports'))
    .find((each) => at(each, 'name') === target && protocolOf(each) === protocolOf(port));
  return numberAt(objectAt({ named }, 'named'), 'containerPort') || undefined;
}

function protocolOf(port: unknown): string {
  return stringAt(port, 'protocol') || 'TCP';
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
