import { createHash } from 'node:crypto';
import { awsNameOf, type Directory } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';
import type { Spec } from '../../../plan/resource.ts';
import { listenersOf, providerOf } from '../../../routing/provider.ts';
import { networkSection, networkSpec, routeKind } from '../translate/gateway.ts';
import { grpcRules, httpRules } from '../translate/rules.ts';
import type { Search } from './backends.ts';
import type { Findings } from './findings.ts';
import type { GatewayClass } from './gateway-class.ts';
import { limits } from './limits.ts';
import { resourceNamed } from './object-name.ts';
import { type PlannedObject, withGrants } from './planned.ts';
import { rowOf } from './route-tables.ts';
import { providerIn, type Served, servedBy } from './service-routes.ts';

/** VPC Lattice's default quotas of listeners a service and rules a listener. */
const maxListeners = 2;
const maxRules = 10;

/** Of a mesh: in each namespace with virtual services a Gateway of its name, which stands for the service network of that name. */
export function networkObjects(
  mesh: EntryOf<'Mesh'>,
  { name: className }: GatewayClass,
  { directory, findings }: Search,
): readonly PlannedObject[] {
  const network = awsNameOf(mesh);
  if (!/^(?!sn-)(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(network))
    findings.reportOf(mesh).refuse('spec.awsName', limits.networkName);
  const services = directory.entries.flatMap((entry) =>
    isOfKind(entry, 'VirtualService') && meshOf(entry, directory) === mesh ? [entry] : [],
  );
  return [...Map.groupBy(services, ({ id }) => id.namespace)].flatMap(([namespace, those]) => {
    const entrances = those.flatMap((service) => {
      const provider = providerOf(directory, service);
      return provider ? listenersOf(directory, provider).filter(({ protocol }) => protocol !== 'tcp') : [];
    });
    if (entrances.length === 0) return [];
    const resource = resourceNamed('Gateway', namespace, network);
    return [{ resource, spec: networkSpec(className, entrances), refersTo: [] }];
  });
}

function meshOf(entry: Entry, directory: Directory): Entry | undefined {
  const place = directory.placeOf(entry);
  return 'reason' in place ? undefined : place.mesh;
}

/** Of a virtual service: one route, which stands for a VPC Lattice service. Its rules are tried in their order. */
export function latticeObjects(
  search: Search,
  service: EntryOf<'VirtualService'>,
  network: string,
): readonly PlannedObject[] {
  const report = search.findings.reportOf(service);
  report.differ('spec.awsName', limits.latticeName);
  const provider = providerIn(search, service);
  if (!service.content.spec.provider) report.refuse('spec.provider', limits.noBackend);
  if (provider === undefined) return [];
  const served = servedBy(search, service, provider, 'lattice');
  checkListeners(served, search.findings.reportOf(provider));
  const [first] = served;
  if (first === undefined || first.listener.protocol === 'tcp') return [];
  const { protocol } = first.listener;
  const gateway = resourceNamed('Gateway', service.id.namespace, network);
  // A router may list a listener twice.
  const sections = new Set(served.map(({ listener }) => networkSection(listener)));
  const parentRefs = [...sections].map((sectionName) => ({
    ...{ group: gateway.group, kind: 'Gateway', name: network, sectionName },
  }));
  const hostnames = protocol === 'grpc' ? [] : hostnamesOf(awsNameOf(service));
  const resource = latticeName(routeKind(protocol), service);
  const rules = latticeRules(first, resource.namespace);
  const spec = { parentRefs, ...(hostnames.length > 0 && { hostnames }), rules };
  const actions = first.routes.map(({ action }) => action);
  return withGrants({ resource, spec }, actions, [objectResourceKey(gateway)]);
}

function checkListeners(served: readonly Served[], report: ReturnType<Findings['reportOf']>): void {
  const isSame = (a: Served, b: Served) =>
    a.listener.protocol === b.listener.protocol &&
    JSON.stringify(latticeRules(a, '')) === JSON.stringify(latticeRules(b, ''));
  const [first] = served;
  if (first === undefined) report.refuse('spec.listeners', limits.port);
  else if (served.length > maxListeners || served.some((each) => !isSame(first, each)))
    report.refuse('spec.listeners', limits.latticeListeners);
  for (const [index, { listener, routes }] of served.entries()) {
    const path = `spec.listeners[${index}].portMapping.protocol`;
    if (listener.protocol === 'tcp') report.refuse(path, limits.tcpLattice);
    else if (routes.length === 0) report.refuse('spec.routes', limits.noBackend);
    else if (routes.length > maxRules) report.refuse('spec.routes', limits.latticeRules);
    if (listener.protocol === 'grpc') report.differ(path, limits.latticeGrpc);
  }
}

/** One match a rule. */
function latticeRules({ listener, routes }: Served, from: string): readonly Spec[] {
  const rows = routes.map(({ match, action, label }) => rowOf(match, action, '', label));
  return rows.flatMap((row) =>
    listener.protocol === 'grpc' ? grpcRules([row], from) : httpRules([row], { from, asRegex: false }),
  );
}

/** The first is the custom domain name of the service. */
function hostnamesOf(name: string): readonly string[] {
  const lower = name.toLowerCase();
  const isDomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/.test(lower);
  return isDomain && lower.length <= 253 && !/^[\d.]+$/.test(lower) ? [lower] : [];
}

/**
 * AWS's controller names a service after the first 20 characters of the route's name and the first 18 of its namespace. What
 * that would make ambiguous or invalid gets a digest as its name.
 */
function latticeName(kind: string, { id: { namespace, name } }: Entry): ObjectResource {
  const isPlain =
    name.length <= 20 && namespace.length <= 18 && /^(?!svc-)[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  const digest = createHash('sha256').update(`${namespace}/${name}`).digest('hex').slice(0, 16);
  return resourceNamed(kind, namespace, isPlain ? name : `m${digest}`);
}
