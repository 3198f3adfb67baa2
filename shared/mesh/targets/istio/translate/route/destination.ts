import type { Directory } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import { Report } from '../../../../plan/report.ts';
import { listenersOf, namedBy, referredTo } from '../../../../routing/provider.ts';
import type { RouterRoute, WeightedTarget } from '../../../../routing/routes.ts';
import { listenerTimeoutMs } from '../../../../routing/timing.ts';
import { nodeHostOf } from '../node/node-host.ts';
import { podLabelsOf } from '../pods.ts';

/** Where a part of a route's requests goes. */
export interface Destination {
  readonly node: EntryOf<'VirtualNode'>;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly timeoutMs: number;
}

/** The targets of a router's route; those that cannot be a destination are refused. A missing one is none: see References. */
export function destinationsOf(
  directory: Directory,
  router: Entry,
  { targets, path }: RouterRoute,
  report: Report,
): readonly Destination[] {
  return targets.flatMap((target, index) => {
    const at = `${path}.action.weightedTargets[${index}]`;
    return destinationOf(directory, router, target, { report, at }) ?? [];
  });
}

interface Where {
  readonly report: Report;
  /** The field of the target. */
  readonly at: string;
}

function destinationOf(
  directory: Directory,
  router: Entry,
  target: WeightedTarget,
  { report, at }: Where,
): Destination | undefined {
  const { virtualNodeRef: reference, virtualNodeARN, weight, port } = target;
  if (virtualNodeARN) report.refuse(`${at}.virtualNodeARN`, ...byArn);
  const node = referredTo(directory, 'VirtualNode', router, reference);
  if (node) return nodeDestination(directory, node, { port, weight }, { report, at });
  const found = namedBy(directory, 'VirtualNode', router, reference);
  if (found)
    report.refuse(`${at}.virtualNodeRef`, `VirtualNode "${found.id.name}" is invalid`, 'a valid one');
  return undefined;
}

/** `at`: the field that names the node. */
export function nodeDestination(
  directory: Directory,
  node: EntryOf<'VirtualNode'>,
  { port, weight }: { readonly port?: number | null | undefined; readonly weight: number },
  { report, at }: Where,
): Destination | undefined {
  const faults = new Report();
  const found = nodeHostOf(node, faults);
  if (node.content.spec.serviceDiscovery?.awsCloudMap) podLabelsOf(node.content.spec.podSelector, faults);
  const host = faults.differences.length > 0 ? undefined : found?.host;
  const [first, ...others] = listenersOf(directory, node);
  const name = `VirtualNode "${node.id.name}"`;
  if (host === undefined || first === undefined) {
    const why = faults.differences[0]?.path ?? (host === undefined ? 'no service discovery' : 'no listener');
    report.refuse(
      at,
      `${name} cannot be a destination: ${why}`,
      'a node with a listener and service discovery',
    );
  } else if (!port && others.length > 0)
    report.refuse(`${at}.port`, `${name} has several listeners`, 'the port of one of them');
  else if (port && ![first, ...others].some((listener) => listener.port === port))
    report.refuse(`${at}.port`, `${name} has no listener on port ${port}`, 'the port of a listener');
  else {
    const chosen = port ?? first.port;
    return { node, host, port: chosen, weight, timeoutMs: listenerTimeoutMs(node.content.spec, chosen) };
  }
  return undefined;
}

/** What is said of every reference by ARN. */
export const byArn = ['names a resource of App Mesh', 'a reference to the object'] as const;

/** As in a route of Istio. */
export function weightedOf(destinations: readonly Destination[]): readonly object[] {
  return destinations.map(({ host, port, weight }) => ({
    destination: { host, port: { number: port } },
    ...(destinations.length > 1 && { weight }),
  }));
}
