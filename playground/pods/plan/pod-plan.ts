import { at, isObject, listAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { mountPath, proxyPorts } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import type { Endpoint } from '../application/protocol.ts';
import type { LocalPlace } from '../local-files.ts';
import type { Application } from './applications.ts';

/** A ConfigMap or Secret that a container mounts. */
export interface Mount {
  readonly path: string;
  readonly kind: 'configmaps' | 'secrets';
  readonly name: string;
}

/** The proxy of a pod: a container that mounts a ConfigMap where the files of a proxy are. */
export interface ProxyPlan {
  readonly configMap: string;
  readonly logLevel: 'debug' | 'info' | 'warning' | 'error';
  /** Its other mounts, such as certificates. */
  readonly mounts: readonly Mount[];
}

export function proxyOf(pod: KubernetesObject): ProxyPlan | undefined {
  for (const container of [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')]) {
    const mounts = mountsOf(pod, container);
    const mesh = mounts.find(({ path, kind }) => path === mountPath && kind === 'configmaps');
    if (mesh)
      return {
        configMap: mesh.name,
        logLevel: logLevelOf(container),
        mounts: mounts.filter((mount) => mount !== mesh),
      };
  }
  return undefined;
}

/** The ConfigMaps without which no container of the pod starts. */
export function requiredConfigMaps(pod: KubernetesObject): readonly string[] {
  return listAt(pod, 'spec', 'volumes')
    .filter((volume) => at(volume, 'configMap', 'optional') !== true)
    .map((volume) => stringAt(volume, 'configMap', 'name'))
    .filter((name) => name !== '');
}

function mountsOf(pod: KubernetesObject, container: unknown): readonly Mount[] {
  const volumes = new Map(listAt(pod, 'spec', 'volumes').map((volume) => [stringAt(volume, 'name'), volume]));
  return listAt(container, 'volumeMounts').flatMap((mount): readonly Mount[] => {
    const volume = volumes.get(stringAt(mount, 'name'));
    const path = stringAt(mount, 'mountPath').replace(/\/$/, '');
    const [configMap, secret] = [
      stringAt(volume, 'configMap', 'name'),
      stringAt(volume, 'secret', 'secretName'),
    ];
    if (configMap) return [{ path, kind: 'configmaps', name: configMap }];
    return secret ? [{ path, kind: 'secrets', name: secret }] : [];
  });
}

function logLevelOf(container: unknown): ProxyPlan['logLevel'] {
  const variable = listAt(container, 'env').find((each) => at(each, 'name') === 'ENVOY_LOG_LEVEL');
  const level = stringAt(variable, 'value');
  return level === 'debug' || level === 'info' || level === 'error' ? level : 'warning';
}

/** The ports of the pod's address that its proxy listens on. */
export function portsOfProxy(files: Readonly<Record<string, string>>): ReadonlySet<number> {
  const { resources = [] } = JSON.parse(files['lds.json'] ?? '{}') as { resources?: readonly unknown[] };
  const own = [proxyPorts.admin, proxyPorts.status];
  return new Set([...own, ...resources.flatMap(portsOfListener)]);
}

function portsOfListener(listener: unknown): readonly number[] {
  const { address, port_value: port } = Object(at(listener, 'address', 'socket_address'));
  if (address === '127.0.0.1' || address === '::1' || port === proxyPorts.egress) return [];
  if (port !== proxyPorts.ingress) return [port];
  const matches = listAt(listener, 'filter_chains').filter(isObject);
  return matches
    .map((chain) => at(chain, 'filter_chain_match', 'destination_port'))
    .filter((each) => typeof each === 'number');
}

/** Behind a proxy, an application is on an address of its own, and on the pod's for the ports that the proxy does not take. */
export function endpointsOf(
  applications: readonly Application[],
  { pod, application }: LocalPlace,
  taken: ReadonlySet<number> | undefined,
): readonly Endpoint[] {
  return applications.flatMap((each) => {
    if (taken === undefined) return [{ ...each, address: pod }];
    const direct = taken.has(each.port) ? [] : [{ ...each, address: pod }];
    return [{ ...each, address: application }, ...direct];
  });
}
