import type { ResourceKind } from '../../model/mesh-resource.ts';

/** What App Mesh takes for granted about a kind. A path stands for every path of the spec that ends with it. */
interface Known {
  /** What a member is when nothing is said, so that saying it makes no difference. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Lists that are sets. */
  readonly unordered: readonly string[];
}

const tls: Known = {
  defaults: { 'clientPolicy.tls.enforce': true },
  unordered: ['tls.ports', 'subjectAlternativeNames.match.exact', 'acm.certificateAuthorityArns'],
};
const matches: Known = {
  defaults: { 'headers[].invert': false, 'metadata[].invert': false },
  unordered: ['match.headers', 'match.metadata', 'match.queryParameters'],
};
const nothing: Known = { defaults: {}, unordered: [] };

/**
 * Listeners are no set: Describe answers them in the order they were given in, and a change of their order reaches App
 * Mesh at the price of one call. So is the JSON format of a log, whose keys come in this order in every line.
 *
 * A route's priority has no default: what comes after all that have one is not known. Of a gateway route it is the last.
 */
const known: Readonly<Record<ResourceKind, Known>> = {
  mesh: { defaults: { 'egressFilter.type': 'DROP_ALL' }, unordered: [] },
  virtualNode: {
    defaults: {
      ...tls.defaults,
      'serviceDiscovery.dns.responseType': 'LOADBALANCER',
      'connectionPool.http.maxPendingRequests': 2_147_483_647,
    },
    unordered: [...tls.unordered, 'backends', 'awsCloudMap.attributes'],
  },
  virtualGateway: {
    defaults: { ...tls.defaults, 'connectionPool.http.maxPendingRequests': 2_147_483_647 },
    unordered: tls.unordered,
  },
  virtualRouter: nothing,
  virtualService: nothing,
  route: {
    defaults: matches.defaults,
    unordered: [
      ...matches.unordered,
      'action.weightedTargets',
      'retryPolicy.httpRetryEvents',
      'retryPolicy.grpcRetryEvents',
    ],
  },
  gatewayRoute: {
    defaults: {
      ...matches.defaults,
      'spec.priority': 1000,
      'rewrite.hostname.defaultTargetHostname': 'ENABLED',
      'rewrite.prefix.defaultPrefix': 'ENABLED',
    },
    unordered: matches.unordered,
  },
};

/**
 * Whether App Mesh has what is desired: `desired` as a translation made it, `described` the spec that a Describe
 * answered. What only one of the two says counts for nothing where it says the default, or is empty. All else is a
 * difference, in either: what somebody added by hand as well as what is missing.
 */
export function isSameSpec(kind: ResourceKind, desired: unknown, described: unknown): boolean {
  const [a, b] = [desired, described].map((spec) => JSON.stringify(plain(known[kind], spec ?? {}, 'spec')));
  return a === b;
}

/** Without defaults and what is empty, sets and members sorted: specs that mean the same become the same. */
function plain(about: Known, value: unknown, path: string): unknown {
  if (Array.isArray(value)) return plainList(about, value, path);
  if (!isObject(value)) return value;
  const members = Object.entries(withoutOwnPort(value, path))
    .map(([name, member]) => [name, plain(about, member, `${path}.${name}`)] as const)
    .filter(([name, member]) => !isEmpty(member) && !isDefault(about, member, `${path}.${name}`));
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function plainList(about: Known, list: readonly unknown[], path: string): unknown {
  const items = list.map((item) => plain(about, item, `${path}[]`));
  return about.unordered.some((end) => endsWith(path, end)) ? items.sort(byText) : items;
}

interface Listener {
  readonly healthCheck?: { readonly port?: unknown };
  readonly portMapping?: { readonly port?: unknown };
}

/** A listener's health check is of the listener's own port when it names none. */
function withoutOwnPort(value: object, path: string): object {
  const { healthCheck, portMapping }: Listener = value;
  if (!endsWith(path, 'listeners[]') || !healthCheck) return value;
  const { port, ...rest } = healthCheck;
  return port === portMapping?.port ? { ...value, healthCheck: rest } : value;
}

function isDefault({ defaults }: Known, value: unknown, path: string): boolean {
  return Object.entries(defaults).some(([end, usual]) => value === usual && endsWith(path, end));
}

function endsWith(path: string, end: string): boolean {
  return path === end || path.endsWith(`.${end}`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0);
}

/** Lists are objects, too, and have no keys when they are empty. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
