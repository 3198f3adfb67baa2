import type { GatewayListener } from '../../../../model/mesh/listener.ts';
import type { Directory } from '../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { Report } from '../../../plan/report.ts';
import { gatewayRouteOf, orderedGatewayRoutes } from '../../../routing/gateway-routes.ts';
import { referredTo } from '../../../routing/provider.ts';
import { keyOf } from '../plan/kinds.ts';
import { accessLogOf } from './access-log.ts';
import { gatewayRouteName } from './gateway-route.ts';
import { serverTlsOf } from './listener-tls.ts';
import { ageOf, labelOf, suffixed } from './names.ts';
import { clientRulesOf, reportPolicy } from './node/client-rules.ts';
import { reportHealthCheck } from './node/node-report.ts';
import type { Outcome, Wanted } from './outcome.ts';
import { type Labels, podLabelsOf } from './pods.ts';
import { refuseRepeated } from './route/router-routes.ts';
import { portOf } from './service-ports.ts';

type VirtualGateway = EntryOf<'VirtualGateway'>;

/** A Gateway, and a VirtualService that delegates to those of the gateway routes in App Mesh's order. */
export function virtualGatewayOutcome(gateway: VirtualGateway, directory: Directory): Outcome {
  const report = new Report();
  const { podSelector, listeners, logging, backendDefaults } = gateway.content.spec;
  const labels = podLabelsOf(podSelector, report);
  if (!podSelector)
    report.refuse(
      'spec.podSelector',
      'is absent: for Istio it would select every gateway',
      'the labels of the pods of the gateway',
    );
  reportTaken(gateway, directory, report);
  refuseRepeated(listeners, report);
  reportListeners(listeners, report);
  reportPolicy(backendDefaults?.clientPolicy, 'spec.backendDefaults.clientPolicy', report);
  const own = gatewayOf(gateway, labels, report);
  const routes = orderedGatewayRoutes(directory, gateway);
  const wanted = [
    own,
    ...(routes.length > 0 ? [delegating(gateway, routes, own)] : []),
    ...accessLogOf(gateway, logging, labels, { report, suffix: 'virtual-gateway' }),
    ...clientRulesOf(
      { entry: gateway, labels, backends: servicesOf(gateway, routes, directory) },
      directory,
      report,
    ),
  ];
  return { wanted, differences: report.differences };
}

/** Istio selects in all namespaces: a gateway must not take the ports of an earlier one's pods. */
function reportTaken(gateway: VirtualGateway, directory: Directory, report: Report): void {
  const own = podLabelsOf(gateway.content.spec.podSelector, new Report());
  const earlier = directory.entries.toSorted((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1));
  const taken = earlier.find((other) => {
    if (!isOfKind(other, 'VirtualGateway') || ageOf(other) >= ageOf(gateway)) return false;
    const labels = podLabelsOf(other.content.spec.podSelector, new Report());
    const ports = portsOf(other);
    if (!own || !labels || 'reason' in directory.placeOf(other)) return false;
    const differs = Object.entries(own).some(([name, value]) => (labels[name] ?? value) !== value);
    return !differs && portsOf(gateway).some((port) => ports.includes(port));
  });
  if (taken)
    report.refuse(
      'spec.podSelector',
      `may select the pods of VirtualGateway "${taken.id.namespace}/${taken.id.name}", which has the same port`,
      'labels that no other gateway has',
    );
}

function portsOf({ content }: VirtualGateway): readonly number[] {
  return content.spec.listeners.map(({ portMapping }) => portMapping.port);
}

function reportListeners(listeners: readonly GatewayListener[], report: Report): void {
  for (const [index, { healthCheck, connectionPool }] of listeners.entries()) {
    const at = `spec.listeners[${index}]`;
    reportHealthCheck(healthCheck, at, report);
    for (const [protocol, pool] of Object.entries(connectionPool ?? {}))
      for (const [field, limit] of Object.entries(pool ?? {}))
        if (limit)
          report.differ(
            `${at}.connectionPool.${protocol}.${field}`,
            'Istio has no limit for a gateway as a whole',
            'the limits of the virtual nodes',
          );
  }
}

function gatewayOf({ id, content }: VirtualGateway, labels: Labels | undefined, report: Report): Wanted {
  const servers = content.spec.listeners.map(({ portMapping, tls }, index) => {
    const secured = serverTlsOf(tls, report, `spec.listeners[${index}].tls`, true);
    return {
      port: portOf(portMapping, secured && 'HTTPS'),
      hosts: ['*'],
      ...(secured && { tls: secured }),
    };
  });
  return {
    kind: 'Gateway',
    namespace: id.namespace,
    name: labelOf(id.name),
    spec: { selector: labels ?? {}, servers },
  };
}

function delegating(
  { id }: VirtualGateway,
  routes: ReturnType<typeof orderedGatewayRoutes>,
  own: Wanted,
): Wanted {
  const http = routes.map(({ id: { namespace, name } }) => ({
    // No condition: it counts the requests of the route, and without a match Istio warns of all rules but the last.
    match: [{ statPrefix: `${namespace}_${name}` }],
    delegate: { name: gatewayRouteName(name), namespace },
  }));
  return {
    kind: 'VirtualService',
    namespace: id.namespace,
    name: suffixed(id.name, 'virtual-gateway'),
    spec: { hosts: ['*'], gateways: [`${own.namespace}/${own.name}`], http },
    dependsOn: [keyOf(own)],
  };
}

/** The virtual services that the routes of a gateway lead to. */
function servicesOf(
  { content }: VirtualGateway,
  routes: ReturnType<typeof orderedGatewayRoutes>,
  directory: Directory,
) {
  const policy = content.spec.backendDefaults?.clientPolicy;
  const services = routes.flatMap((route) => {
    if (!isOfKind(route, 'GatewayRoute')) return [];
    const { virtualServiceRef } = gatewayRouteOf(route.content.spec).target.virtualService;
    return referredTo(directory, 'VirtualService', route, virtualServiceRef) ?? [];
  });
  return [...new Set(services)].map((service) => ({
    service,
    policy,
    path: 'spec.backendDefaults.clientPolicy',
  }));
}
