import { isIP } from 'node:net';
import type { EnvVar, VolumeMount } from './pod.ts';

/** What the annotations of a pod set. deploy/sidecars.yaml reads them in the same way, with the same messages. */
export interface Settings {
  /** Inbound ports to intercept; undefined for those of the virtual node's listeners. */
  readonly ports: readonly string[] | undefined;
  readonly egressIgnoredIPs: readonly string[];
  readonly egressIgnoredPorts: readonly string[];
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  readonly secretMounts: readonly VolumeMount[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly env: readonly EnvVar[];
  /** Whether a CNI plugin redirects the connections, so that the pod needs no init container for it. */
  readonly isCni: boolean;
  readonly isSdsDisabled: boolean;
  readonly keepsGatewayImage: boolean;
}

export const prefix = 'appmesh.k8s.aws/';
export const modeKey = `${prefix}sidecarInjectorWebhook`;

type Annotations = Readonly<Record<string, string>>;

/** The settings, or what is wrong with the first annotation that is at fault. */
export function settingsOf(annotations: Annotations): Settings | { readonly fault: string } {
  const fault = faultOf(annotations);
  if (fault !== undefined) return { fault };
  const get = (name: string) => annotations[`${prefix}${name}`];
  const ports = get('ports');
  return {
    ports: ports === undefined ? undefined : listOf(ports).filter((port) => port !== '0'),
    egressIgnoredIPs: listOf(get('egressIgnoredIPs') ?? instanceMetadata.join(',')),
    egressIgnoredPorts: listOf(get('egressIgnoredPorts') ?? '22'),
    requests: { cpu: get('cpuRequest') ?? '10m', memory: get('memoryRequest') ?? '32Mi' },
    limits: defined({ cpu: get('cpuLimit'), memory: get('memoryLimit') }),
    secretMounts: mountsOf(get('secretMounts')),
    volumeMounts: mountsOf(get('volumeMounts')),
    env: [...envOf(get('sidecarEnv')), ...envOfJson(get('sidecarEnvJson'))],
    isCni: isEnabled(get('appmeshCNI')),
    isSdsDisabled: get('sds')?.toLowerCase() === 'disabled',
    keepsGatewayImage: isEnabled(get('virtualGatewaySkipImageOverride')),
  };
}

/** Where EC2 and EKS Pod Identity give credentials to pods; the application calls them itself, whatever the egress filter. */
const instanceMetadata = ['169.254.169.254', '169.254.170.23', 'fd00:ec2::254', 'fd00:ec2::23'];

/** A check of an annotation's value, and what it expects. */
type Check = readonly [isValid: (value: string) => boolean, expected: string];

const portList: Check = [
  (value) => listOf(value).every((port) => /^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535),
  'ports from 1 to 65535, separated by commas; empty for none',
];
const quantity: Check = [
  (value) => /^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.test(value),
  'a quantity, such as 100m or 64Mi',
];
const mounts: Check = [
  (value) =>
    value.split(',').every((part) => /^ *[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])? *: *\/[^:,]* *$/.test(part)),
  'name:/path, separated by commas; a name is that of a volume: small letters, digits and -',
];
const flag: Check = [(value) => /^(enabled|disabled)$/i.test(value), 'enabled or disabled'];

const checks: Readonly<Record<string, Check>> = {
  ports: [
    (value) => value.trim() === '0' || portList[0](value),
    'ports from 1 to 65535, separated by commas; 0 or empty for none',
  ],
  egressIgnoredPorts: portList,
  egressIgnoredIPs: [
    (value) => listOf(value).every(isAddressOrRange),
    'IP addresses or CIDR ranges, separated by commas; empty for none',
  ],
  cpuRequest: quantity,
  memoryRequest: quantity,
  cpuLimit: quantity,
  memoryLimit: quantity,
  secretMounts: mounts,
  volumeMounts: mounts,
  sidecarEnv: [
    (value) => value.split(',').every((part) => /^ *[-._a-zA-Z][-._a-zA-Z0-9]* *=[^=]*$/.test(part)),
    'NAME=value, separated by commas; sidecarEnvJson for values with , or =',
  ],
  sidecarEnvJson: [
    (value) => jsonForm.test(value),
    'a JSON list of objects with texts, such as [{"NAME": "value"}], without \\u escapes',
  ],
  appmeshCNI: flag,
  ipv6: flag,
  sds: flag,
  preview: flag,
  virtualGatewaySkipImageOverride: flag,
};

/** A name and a text. CEL has no parser of JSON, so the policy knows only this form of it. */
const blank = '[ \\t\\r\\n]*';
const pair = `"[-._a-zA-Z][-._a-zA-Z0-9]*"${blank}:${blank}"(?:[^"\\\\\\x00-\\x1f\\ue000]|\\\\["\\\\/bfnrt])*"`;
const object = `\\{${listed(pair)}\\}`;
const jsonForm = new RegExp(`^${blank}\\[(?:${listed(object)}|${blank})\\]${blank}$`);

function listed(item: string): string {
  return `${blank}${item}${blank}(?:,${blank}${item}${blank})*`;
}

function faultOf(annotations: Annotations): string | undefined {
  for (const [name, [isValid, expected]] of Object.entries(checks)) {
    const value = annotations[`${prefix}${name}`];
    if (value !== undefined && !isValid(value)) return faultText(name, value, expected);
  }
  return undefined;
}

function faultText(name: string, value: string, expected: string): string {
  const shown = (value.length > 100 ? `${value.slice(0, 100)}…` : value).replaceAll('\n', ' ');
  return `annotation ${prefix}${name} is "${shown}"; expected ${expected}`;
}

/** As Kubernetes' CEL functions isIP and isCIDR: no zone, no IPv4 address in an IPv6 one. */
function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || /%|^::ffff:/i.test(address)) return false;
  return (
    bits === undefined || (/^(0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

function listOf(value: string): readonly string[] {
  return value.trim() === '' ? [] : value.split(',').map((part) => part.trim());
}

function mountsOf(value: string | undefined): readonly VolumeMount[] {
  return (value?.split(',') ?? []).map((part) => {
    const [name = '', mountPath = ''] = part.split(':').map((text) => text.trim());
    return { name, mountPath, readOnly: true };
  });
}

function envOf(value: string | undefined): readonly EnvVar[] {
  return (value?.split(',') ?? []).map((part) => {
    const [name = '', text = ''] = part.split('=').map((side) => side.trim());
    return { name, value: text };
  });
}

function envOfJson(value: string | undefined): readonly EnvVar[] {
  const pairs = value?.match(new RegExp(pair, 'g')) ?? [];
  return pairs
    .flatMap((text) => Object.entries(JSON.parse(`{${text}}`) as Readonly<Record<string, string>>))
    .map(([name, text]) => ({ name, value: text }));
}

function isEnabled(value: string | undefined): boolean {
  return value?.toLowerCase() === 'enabled';
}

function defined(record: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
