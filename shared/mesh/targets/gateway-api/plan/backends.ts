import type { Directory } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../plan/entry.ts';
import type { ObjectReference, Referable } from '../../../plan/references/resolver.ts';
import { namedBy } from '../../../routing/provider.ts';
import type { WeightedTarget } from '../../../routing/routes.ts';
import { listenerTimeoutMs } from '../../../routing/timing.ts';
import type { Backend } from '../translate/rules.ts';
import type { Findings } from './findings.ts';
import { limits } from './limits.ts';
import { serviceOfNode } from './node-service.ts';

export interface Search {
  readonly directory: Directory;
  readonly findings: Findings;
}

interface Referred {
  readonly reference: ObjectReference | null | undefined;
  readonly arn: string | null | undefined;
  /** The field of the reference without `Ref`: `spec.provider.virtualNode.virtualNode`. */
  readonly path: string;
}

/** The object that a field names. What is wrong with it is among the findings. */
export function referred<Kind extends Referable>(
  { directory, findings }: Search,
  kind: Kind,
  from: Entry,
  { reference, arn, path }: Referred,
): EntryOf<Kind> | undefined {
  if (arn) findings.reportOf(from).refuse(`${path}ARN`, limits.arn);
  if (!reference) return undefined;
  findings.need(kind, reference, from, `${path}Ref`);
  const entry = namedBy(directory, kind, from, reference);
  if (entry === undefined || isOfKind(entry, kind)) return entry;
  findings.reportOf(from).refuse(`${path}Ref`, limits.invalid);
  return undefined;
}

export interface Target {
  readonly backend: Backend;
  readonly timeoutMs: number;
}

/** The Services of weighted targets, in the order of the targets. `path`: of the list. */
export function targetsOf(
  search: Search,
  router: EntryOf<'VirtualRouter'>,
  targets: readonly WeightedTarget[],
  path: string,
): readonly Target[] {
  return targets.flatMap((target, index) => {
    const { virtualNodeRef: reference, virtualNodeARN: arn, weight, port } = target;
    const field = `${path}[${index}].virtualNode`;
    const node = referred(search, 'VirtualNode', router, { reference, arn, path: field });
    return node ? targetOf(search, router, node, { path: `${field}Ref`, port, weight }) : [];
  });
}

/** A virtual node at a port; without one, at that of its first listener. */
export function targetOf(
  { findings }: Search,
  from: Entry,
  node: EntryOf<'VirtualNode'>,
  { path, port, weight }: { path: string; port?: number | null | undefined; weight: number },
): readonly Target[] {
  const { spec } = node.content;
  const service = serviceOfNode(node);
  const chosen = port ?? spec.listeners?.[0]?.portMapping.port;
  const report = findings.reportOf(from);
  if (chosen === undefined) report.refuse(path, limits.port);
  else if (service === undefined)
    report.refuse(path, spec.serviceDiscovery?.dns ? limits.hostname : limits.noPods);
  else return [{ backend: { ...service, port: chosen, weight }, timeoutMs: listenerTimeoutMs(spec, chosen) }];
  return [];
}
