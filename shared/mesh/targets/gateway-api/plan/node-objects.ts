import type { EntryOf } from '../../../plan/entry.ts';
import { objectResourceKey } from '../../../plan/object-resource.ts';
import { serviceSpec, targetGroupPolicySpec } from '../translate/node.ts';
import type { Findings } from './findings.ts';
import type { GatewayClass } from './gateway-class.ts';
import { limits } from './limits.ts';
import { needsService, ownService, selectorOf, serviceOfHost, serviceOfNode } from './node-service.ts';
import { resourceNamed } from './object-name.ts';
import type { PlannedObject } from './planned.ts';
import type { Limit, Report } from './report.ts';

/** A Service for a node in Cloud Map; for VPC Lattice, how the pods of its Service are called. */
export function nodeObjects(
  node: EntryOf<'VirtualNode'>,
  { kind }: GatewayClass,
  findings: Findings,
): readonly PlannedObject[] {
  const report = findings.reportOf(node);
  return [...ownServices(node, report), ...(kind === 'lattice' ? policies(node, report) : [])];
}

function ownServices(node: EntryOf<'VirtualNode'>, report: Report): readonly PlannedObject[] {
  const { spec } = node.content;
  const { listeners, podSelector, serviceDiscovery } = spec;
  if (serviceDiscovery?.dns && !serviceOfNode(node))
    report.refuse('spec.serviceDiscovery.dns.hostname', hostnameLimit(node, serviceDiscovery.dns.hostname));
  if (!needsService(node) || !listeners?.length) return [];
  const selector = selectorOf(podSelector);
  const { namespace, name } = ownService(node);
  if (selector !== undefined)
    return [
      {
        resource: resourceNamed('Service', namespace, name),
        spec: serviceSpec(selector, listeners),
        refersTo: [],
      },
    ];
  const hasExpressions = Boolean(podSelector?.matchExpressions?.length);
  if (hasExpressions) report.refuse('spec.podSelector.matchExpressions', limits.selector);
  else report.refuse('spec.podSelector', limits.noPods);
  return [];
}

function hostnameLimit({ id }: EntryOf<'VirtualNode'>, hostname: string): Limit {
  return serviceOfHost(hostname, id.namespace) === undefined ? limits.hostname : limits.otherNamespace;
}

/** Named after the Service, of which it is the only one. */
function policies(node: EntryOf<'VirtualNode'>, report: Report): readonly PlannedObject[] {
  const listeners = node.content.spec.listeners ?? [];
  const service = serviceOfNode(node);
  const [first] = listeners;
  if (first === undefined || service === undefined) return [];
  if (listeners.some(({ portMapping }) => portMapping.protocol !== first.portMapping.protocol))
    report.refuse('spec.listeners', limits.protocols);
  for (const field of ['intervalMillis', 'timeoutMillis'] as const)
    if ((first.healthCheck?.[field] ?? 0) % 1000 > 0)
      report.differ(`spec.listeners[0].healthCheck.${field}`, limits.seconds);
  return [
    {
      resource: resourceNamed('TargetGroupPolicy', service.namespace, service.name),
      spec: targetGroupPolicySpec(service, first),
      refersTo: [objectResourceKey(resourceNamed('Service', service.namespace, service.name))],
    },
  ];
}
