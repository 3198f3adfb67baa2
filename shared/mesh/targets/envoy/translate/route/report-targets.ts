import type { Directory } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { referredTo } from '../../../../routing/provider.ts';
import type { RouterRoute, WeightedTarget } from '../../../../routing/routes.ts';
import { byArn } from '../egress/by-arn.ts';

export function reportTargets(
  directory: Directory,
  router: EntryOf<'VirtualRouter'>,
  { targets, protocol, path }: RouterRoute,
  report: Report,
): void {
  for (const [index, target] of targets.entries()) {
    const at = `${path}.action.weightedTargets[${index}]`;
    if (target.virtualNodeARN) report.refuse(`${at}.virtualNodeARN`, ...byArn);
    if (protocol === 'tcp' && target.weight === 0)
      report.refuse(`${at}.weight`, 'Envoy has no weight 0 for TCP', 'no target in place of one of weight 0');
    const node = referredTo(directory, 'VirtualNode', router, target.virtualNodeRef);
    if (node) reportPort(node, target, at, report);
  }
}

function reportPort(
  node: EntryOf<'VirtualNode'>,
  { port }: WeightedTarget,
  at: string,
  report: Report,
): void {
  const name = `VirtualNode "${node.id.namespace}/${node.id.name}"`;
  const ports = (node.content.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
  if (ports.length === 0)
    report.refuse(at, `${name} has no listener`, 'a virtual node with a listener and service discovery');
  else if (port && !ports.includes(port))
    report.refuse(`${at}.port`, `${name} has no listener on port ${port}`, `one of ${ports.join(', ')}`);
  else if (!port && ports.length > 1)
    report.refuse(`${at}.port`, `${name} has several listeners`, `one of ${ports.join(', ')}`);
}
