import { files, mountPath, proxyPorts, proxyUser } from '../shared/mesh/targets/envoy/translate/layout.ts';
import type { Images } from './images.ts';
import type { Container, EnvVar, ProxyObject, ProxySpec, VolumeMount } from './pod.ts';
import { prefix, type Settings } from './settings.ts';

/** The volume with the proxy's ConfigMap. */
export const meshVolume = 'envoy-mesh';
const meshMount: VolumeMount = { name: meshVolume, mountPath, readOnly: true };

/** The folder of the SPIRE agent's socket, on the node. */
export const sdsFolder = '/run/spire/sockets';
export const sdsVolume = 'sds-socket';

/** An Envoy that starts before the containers of the pod and stops after them. */
export function envoySidecar(
  object: ProxyObject,
  namespace: string,
  settings: Settings,
  images: Images,
): Container {
  return {
    name: 'envoy',
    image: images.envoy,
    restartPolicy: 'Always',
    command: envoyCommand,
    args: envoyArgs(object, namespace),
    env: envOf(settings),
    ports: [{ name: 'stats', containerPort: proxyPorts.status, protocol: 'TCP' }],
    resources: {
      requests: settings.requests,
      ...(Object.keys(settings.limits).length > 0 && { limits: settings.limits }),
    },
    securityContext: {
      runAsUser: proxyUser,
      runAsGroup: proxyUser,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    startupProbe: startupProbe,
    readinessProbe,
    lifecycle,
    volumeMounts: mountsOf(object.spec, settings),
  };
}

export const envoyCommand = ['/usr/local/bin/envoy'];

export function envoyArgs({ name }: ProxyObject, namespace: string): readonly string[] {
  return [
    ...['-c', `${mountPath}/${files.bootstrap}`],
    ...['--service-node', '$(POD_NAME).$(POD_NAMESPACE)'],
    ...['--service-cluster', `${namespace}/${name}`],
    ...['--log-level', '$(ENVOY_LOG_LEVEL)'],
    ...['--concurrency', '$(ENVOY_CONCURRENCY)'],
    ...['--drain-time-s', '30'],
    // Envoy writes access logs every ten seconds otherwise.
    ...['--file-flush-interval-msec', '1000'],
    '--reject-unknown-dynamic-fields',
    '--disable-hot-restart',
  ];
}

/** The arguments' variables first; of those, only the names of the pod cannot be set by annotation. */
export function envOf({ env }: Settings): readonly EnvVar[] {
  const isSet = (name: string) => env.some((each) => each.name === name);
  return [
    ...podNames,
    ...defaults.filter(({ name }) => !isSet(name)),
    ...env.filter(({ name }) => podNames.every((each) => each.name !== name)),
  ];
}

const podNames: readonly EnvVar[] = [
  { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];
const defaults: readonly EnvVar[] = [
  { name: 'ENVOY_LOG_LEVEL', value: 'info' },
  { name: 'ENVOY_CONCURRENCY', value: '2' },
];

/** Ready when Envoy has taken up all its files. */
const ready = { httpGet: { path: '/ready', port: proxyPorts.status } };
/** For a minute, as long as a ConfigMap takes to be mounted. */
const startupProbe = { ...ready, periodSeconds: 1, failureThreshold: 60 };
export const readinessProbe = { ...ready, initialDelaySeconds: 1, periodSeconds: 10 };

/** Begins when the pod is deleted, and lets callers stop sending first. */
export const lifecycle = { preStop: { sleep: { seconds: 20 } } };

export function mountsOf(spec: ProxySpec, settings: Settings): readonly VolumeMount[] {
  return [
    meshMount,
    ...settings.secretMounts,
    ...settings.volumeMounts,
    ...(usesSocket(spec, settings) ? [{ name: sdsVolume, mountPath: sdsFolder, readOnly: true }] : []),
  ];
}

/** Whether the proxy gets certificates from the agent on its node. */
export function usesSocket(spec: ProxySpec, { isSdsDisabled }: Settings): boolean {
  return !isSdsDisabled && namesSds(spec);
}

/** No field but those of certificates and trust has this name. */
function namesSds(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members = Object.entries(value);
  return members.some(([name, member]) => (name === 'sds' && Boolean(member)) || namesSds(member));
}

/** Redirects connections to Envoy: outbound ones, and those to the ports of the application. */
export function interception(
  spec: ProxySpec,
  settings: Settings,
  { interception: image }: Images,
): Container {
  return {
    name: 'proxyinit',
    image,
    args: [
      'istio-iptables',
      ...['-p', String(proxyPorts.egress), '-z', String(proxyPorts.ingress)],
      ...['-u', String(proxyUser), '-g', String(proxyUser)],
      ...['-m', 'REDIRECT', '-i', '*'],
      ...['-b', portsOf(spec, settings).join(',')],
      ...['-x', settings.egressIgnoredIPs.map(rangeOf).join(',')],
      ...['-o', settings.egressIgnoredPorts.join(',')],
    ],
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
    },
  };
}

/** istio-iptables takes only CIDR ranges. */
function rangeOf(address: string): string {
  if (address.includes('/')) return address;
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

function portsOf(spec: ProxySpec, { ports }: Settings): readonly string[] {
  return ports ?? (spec.listeners ?? []).map(({ portMapping }) => String(portMapping.port));
}

/** For a CNI plugin that redirects connections, such as that of Fargate. */
export function cniAnnotations(spec: ProxySpec, settings: Settings): Readonly<Record<string, string>> {
  const ports = portsOf(spec, settings);
  const values = {
    ports: ports.length === 0 ? '0' : ports.join(','),
    egressIgnoredIPs: settings.egressIgnoredIPs.join(','),
    egressIgnoredPorts: settings.egressIgnoredPorts.join(','),
    proxyEgressPort: String(proxyPorts.egress),
    proxyIngressPort: String(proxyPorts.ingress),
    ignoredUID: String(proxyUser),
    sidecarInjectorWebhook: 'enabled',
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
