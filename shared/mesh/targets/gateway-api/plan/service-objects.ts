import { awsNameOf } from '../../../plan/directory.ts';
import type { EntryOf } from '../../../plan/entry.ts';
import type { Spec } from '../../../plan/resource.ts';
import { type Entrance, routeKind } from '../translate/gateway.ts';
import { anyRequest } from '../translate/match.ts';
import { backendRefs } from '../translate/rules.ts';
import type { Search } from './backends.ts';
import { limits } from './limits.ts';
import { serviceOfHost } from './node-service.ts';
import { labelOf, resourceNamed } from './object-name.ts';
import { type PlannedObject, withGrants } from './planned.ts';
import { orderLimit, type RouteRow, rowOf, rulesOf, tableOf } from './route-tables.ts';
import { type Provider, providerIn, type Served, servedBy } from './service-routes.ts';

/**
 * Of class istio: one route for each port of a virtual service, on the Service that its name means. It holds for the requests
 * of all pods, since it is in the namespace of the Service.
 */
export function serviceObjects(search: Search, service: EntryOf<'VirtualService'>): readonly PlannedObject[] {
  const name = awsNameOf(service);
  const parent = serviceOfHost(name, service.id.namespace);
  const report = search.findings.reportOf(service);
  if (parent === undefined || parent.namespace !== service.id.namespace) {
    report.refuse('spec.awsName', limits.serviceName);
    return [];
  }
  if (!/\.svc(\.|$)/.test(name)) report.differ('spec.awsName', limits.serviceNames);
  const parentRef = { group: '', kind: 'Service', name: parent.name };
  const provider = providerIn(search, service);
  if (!service.content.spec.provider) {
    report.differ('spec.provider', limits.noProvider);
    return routeObjects(service, undefined, { parentRef, rows: [] }, 'http') ?? [];
  }
  if (provider === undefined) return [];
  return servedBy(search, service, provider, 'istio').flatMap((served) =>
    portObjects(search, service, provider, {
      ...served,
      parentRef: { ...parentRef, port: served.listener.port },
    }),
  );
}

function portObjects(
  { findings }: Search,
  service: EntryOf<'VirtualService'>,
  provider: Provider,
  { listener, routes, parentRef }: Served & { readonly parentRef: Spec },
): readonly PlannedObject[] {
  const { port, protocol } = listener;
  const rows = routes.map(({ match, action, label }) => rowOf(match, action, '', label));
  const report = findings.reportOf(provider);
  if (protocol === 'tcp' && rows.length === 0) report.refuse('spec.routes', limits.noRoutes);
  else if (rows.length === 0) report.differ('spec.routes', limits.noProvider);
  const table = tableOf(rows, protocol, 'istio');
  for (const conflict of table.conflicts) report.refuse('spec.routes', orderLimit(conflict));
  const objects = routeObjects(service, port, { parentRef, ...table }, protocol);
  if (objects === undefined) report.refuse('spec.routes', limits.rules);
  return objects ?? [];
}

/** undefined if the rules do not fit into one object. */
function routeObjects(
  { id }: EntryOf<'VirtualService'>,
  port: number | undefined,
  { parentRef, rows, asRegex = false }: { parentRef: Spec; rows: readonly RouteRow[]; asRegex?: boolean },
  protocol: Entrance['protocol'],
): readonly PlannedObject[] | undefined {
  const name = ['virtual-service', id.name, ...(port === undefined ? [] : [port])].join('-');
  const resource = resourceNamed(routeKind(protocol), id.namespace, labelOf(name, 253));
  const some = rows.length > 0 ? rows : [rowOf(anyRequest, { backends: [] }, '', '')];
  const rules =
    protocol === 'tcp' ? tcpRules(rows, id.namespace) : rulesOf(some, { asRegex }, protocol, id.namespace);
  if (rules === undefined) return undefined;
  return withGrants(
    { resource, spec: { parentRefs: [parentRef], rules } },
    rows.map(({ action }) => action),
  );
}

/** Only the port of a connection is known, so that no route but the first gets any. */
function tcpRules([first]: readonly RouteRow[], from: string): readonly Spec[] {
  return first ? [{ backendRefs: backendRefs(first.action.backends, from) }] : [];
}
