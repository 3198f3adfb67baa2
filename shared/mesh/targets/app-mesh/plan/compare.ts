import type { ResourceKind } from './resource-name.ts';

/** App Mesh's defaults and sets for a kind. A path stands for every path of the spec that ends with it. */
interface Known {
  /** The value of an absent member: to set it makes no difference. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Lists whose order does not matter. */
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
 * Listeners are not a set: Describe returns them in the given order, and a change of their order costs one call. Neither is
 * the JSON format of a log, whose keys appear in this order in every line.
 *
 * A route's priority has no default: the order of routes without one is not known. A gateway route's default is the last.
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
 * Whether App Mesh has the desired spec. `desired` is our translation, `described` the spec that a Describe returned. A
 * member that only one of the two has is ignored if it is empty or the default. Anything else is a difference, also what
 * somebody added by hand.
 */
export function isSameSpec(kind: ResourceKind, desired: unknown, described: unknown): boolean {
  const [a, b] = [desired, described].map((spec) => JSON.stringify(plain(known[kind], spec ?? {}, 'spec')));
  return a === b;
}

/** Removes defaults and empty members, and sorts sets and members: equivalent specs become equal. */
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

/** A health check without a port uses the listener's own port. */
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

/** Lists are objects, too; an empty list has no keys. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
