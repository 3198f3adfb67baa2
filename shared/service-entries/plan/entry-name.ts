import { dnsName } from '../../model/dns-name.ts';
import type { CloudMapServiceView } from './cloud-map-view.ts';

/** The names of a service, and where it is; `own` for the functions' own account and Region. */
export interface SourceService {
  readonly account: string;
  readonly region: string;
  readonly namespaceName: string;
  readonly serviceName: string;
}

const maxLabel = 63;
/** Of an object's name in Kubernetes. A host may have 255 characters, so the name is the limit of both. */
const maxName = 253;
const namePrefix = 'cloudmap-';
/** Starts a label of a host in which other characters than a DNS label's are escaped. */
const escapePrefix = 'esc--';
const dnsLabel = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * The host by which clients reach a service, `<service>.<namespace>` in lower case; undefined if that can be no host.
 * A label that is none of DNS, as names of HTTP namespaces and SRV names have them, is escaped: `my_service` is
 * `esc--my-5fservice`. Different names have different hosts, as DNS compares names.
 */
export function hostOf({
  namespaceName,
  serviceName,
}: Omit<SourceService, 'account' | 'region'>): string | undefined {
  const name = dnsName(serviceName === '.' ? namespaceName : `${serviceName}.${namespaceName}`);
  const labels = name.replace(/\.$/, '').split('.');
  const escaped = labels.map((label, index) => escapedLabel(label, index === labels.length - 1));
  const host = escaped.join('.');
  const isValid = escaped.every((label) => label.length <= maxLabel && dnsLabel.test(label));
  return isValid && entryNameOf(host).length <= maxName ? host : undefined;
}

/** The name of the entry of a host. */
export function entryNameOf(host: string): string {
  return `${namePrefix}${host}`;
}

/** Istio refuses a host whose last label is a number. */
function escapedLabel(label: string, isLast: boolean): string {
  const isPlain = dnsLabel.test(label) && !label.startsWith(escapePrefix) && !(isLast && /^\d+$/.test(label));
  return isPlain || label === '' ? label : escapePrefix + label.replaceAll(/[^a-z0-9]/gu, escapedCharacter);
}

function escapedCharacter(character: string): string {
  return Array.from(
    new TextEncoder().encode(character),
    (byte) => `-${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

export function sourceOf({
  namespace,
  name,
}: Pick<CloudMapServiceView, 'namespace' | 'name'>): SourceService {
  const { account = 'own', region = 'own', name: namespaceName } = namespace;
  return { account, region, namespaceName, serviceName: name };
}

/** `<account>/<Region>/<namespace>/<service>`, the annotation of an entry. */
export function sourceObjectOf({ account, region, namespaceName, serviceName }: SourceService): string {
  return [account, region, namespaceName, serviceName].join('/');
}

/** The name of an HTTP namespace may contain slashes, that of a service may not. */
export function parseSourceObject(text: string): SourceService | undefined {
  const [found, account = '', region = '', namespaceName = '', serviceName = ''] =
    /^([^/]*)\/([^/]*)\/(.+)\/([^/]+)$/.exec(text) ?? [];
  return found === undefined ? undefined : { account, region, namespaceName, serviceName };
}
