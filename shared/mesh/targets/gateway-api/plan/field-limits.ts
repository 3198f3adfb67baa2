import type { MeshKind } from '../../../../model/kubernetes.ts';
import type { GatewayClass } from './gateway-class.ts';
import { limits } from './limits.ts';
import type { Report } from './report.ts';

type Name = keyof typeof limits;

/** A field that no object carries. `when`: the values of which that is true. */
export interface FieldLimit {
  /** With `[]` for any item of a list: `spec.listeners[].tls.mode`. It stands for all fields below it, too. */
  readonly path: string;
  readonly effect: 'refused' | 'differs';
  readonly limit: Name;
  readonly when?: (value: unknown) => boolean;
}

type Rows = Readonly<Partial<Record<MeshKind, readonly FieldLimit[]>>>;

const differs = (path: string, limit: Name, when?: FieldLimit['when']): FieldLimit => ({
  ...{ path: `spec.${path}`, effect: 'differs', limit },
  ...(when && { when }),
});
const refused = (path: string, limit: Name, when?: FieldLimit['when']): FieldLimit => ({
  ...differs(path, limit, when),
  effect: 'refused',
});
const is =
  (...values: readonly string[]) =>
  (value: unknown) =>
    values.includes(value as string);
const isEnforced = (tls: unknown) => (tls as { readonly enforce?: unknown }).enforce !== false;

const clientTls = (path: string, limit: Name): readonly FieldLimit[] => [
  refused(`${path}.tls`, limit, isEnforced),
  differs(`${path}.tls`, limit, (tls) => !isEnforced(tls)),
];

/** The TLS of a node, as server and as client. */
const nodeTls = (limit: Readonly<Record<'strict' | 'certificate' | 'callers' | 'client', Name>>) => [
  refused('listeners[].tls.mode', limit.strict, is('STRICT')),
  differs('listeners[].tls.mode', limit.strict, is('PERMISSIVE')),
  differs('listeners[].tls.certificate', limit.certificate),
  refused('listeners[].tls.validation', limit.callers),
  ...clientTls('backends[].virtualService.clientPolicy', limit.client),
  ...clientTls('backendDefaults.clientPolicy', limit.client),
];

const common: Rows = {
  Mesh: [differs('meshOwner', 'meshOwner'), differs('meshServiceDiscovery.ipPreference', 'ipPreference')],
  VirtualNode: [
    differs('listeners[].timeout', 'listenerTimeout'),
    differs('serviceDiscovery.dns.responseType', 'responseType'),
    differs('serviceDiscovery.dns.ipPreference', 'ipPreference'),
    differs('serviceDiscovery.awsCloudMap', 'cloudMap'),
    differs('serviceDiscovery.awsCloudMap.ipPreference', 'ipPreference'),
  ],
};

const inCluster: Rows = {
  Mesh: [differs('egressFilter.type', 'egress', is('DROP_ALL'))],
  VirtualNode: [
    ...nodeTls({
      strict: 'tlsStrict',
      certificate: 'tlsPermissive',
      callers: 'clientCertificates',
      client: 'clientTls',
    }),
    differs('listeners[].healthCheck', 'healthCheck'),
    differs('listeners[].outlierDetection', 'tuning'),
    differs('listeners[].connectionPool', 'tuning'),
    differs('backends', 'backends'),
    differs('backendGroups', 'backends'),
    differs('logging', 'logging'),
  ],
  VirtualGateway: [
    refused('listeners[].tls', 'gatewayTls', (tls) => (tls as { mode: string }).mode !== 'DISABLED'),
    ...clientTls('backendDefaults.clientPolicy', 'clientTls'),
    differs('listeners[].healthCheck', 'healthCheck'),
    differs('listeners[].connectionPool', 'tuning'),
    differs('podSelector', 'gatewayPods'),
    differs('logging', 'logging'),
  ],
  BackendGroup: [differs('virtualservices', 'backends')],
};

const lattice: Rows = {
  Mesh: [differs('egressFilter.type', 'latticeEgress', is('DROP_ALL'))],
  VirtualNode: [
    ...nodeTls({
      strict: 'latticeTls',
      certificate: 'latticeCertificate',
      callers: 'latticeCallers',
      client: 'latticeClientTls',
    }),
    refused('listeners[].portMapping.protocol', 'tcpLattice', is('tcp')),
    differs('listeners[].healthCheck.protocol', 'healthCheck', is('tcp', 'grpc')),
    differs('listeners[].outlierDetection', 'latticeTuning'),
    differs('listeners[].connectionPool', 'latticeTuning'),
    differs('backends', 'latticeBackends'),
    differs('backendGroups', 'latticeBackends'),
    differs('logging', 'latticeLogging'),
  ],
  VirtualGateway: [refused('listeners', 'noIngress')],
  GatewayRoute: [
    refused('httpRoute', 'noIngress'),
    refused('http2Route', 'noIngress'),
    refused('grpcRoute', 'noIngress'),
  ],
  BackendGroup: [differs('virtualservices', 'latticeBackends')],
};

/** The fields of a kind that no object of the class carries, whatever else the object says. */
export function fieldLimits(kind: MeshKind, of: GatewayClass['kind']): readonly FieldLimit[] {
  return [...(common[kind] ?? []), ...((of === 'lattice' ? lattice : inCluster)[kind] ?? [])];
}

/** Reports the fields of a spec that are not carried. */
export function reportFields(spec: object, rows: readonly FieldLimit[], report: Report): void {
  for (const { path, effect, limit, when } of rows)
    for (const [found, value] of valuesAt({ spec }, path.split('.'), ''))
      if (when?.(value) ?? true) report[effect === 'refused' ? 'refuse' : 'differ'](found, limits[limit]);
}

/** The values at a path, each with its own path. */
function* valuesAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  at: string,
): Generator<[string, unknown]> {
  if (step === undefined) {
    yield [at, value];
    return;
  }
  const name = step.replace('[]', '');
  const member = (value as Readonly<Record<string, unknown>>)[name];
  if (member === undefined || member === null) return;
  const path = at === '' ? name : `${at}.${name}`;
  if (!step.endsWith('[]')) yield* valuesAt(member, rest, path);
  else
    for (const [index, item] of (member as readonly unknown[]).entries())
      yield* valuesAt(item, rest, `${path}[${index}]`);
}
