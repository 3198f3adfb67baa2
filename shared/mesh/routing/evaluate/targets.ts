import type { EntryOf } from '../../plan/entry.ts';
import type { EvaluatedTarget } from './evaluation.ts';

export interface Targeted {
  /** `VirtualNode shop/blue`, or an ARN. */
  readonly name: string;
  /** Of a reference to a valid object. */
  readonly node: EntryOf<'VirtualNode'> | undefined;
  readonly weight: number;
  /** That of the target; else of the node's listener, if it has one only. */
  readonly port: number | undefined;
}

/** The port of a target. */
export function targetPort(node: Targeted['node'], port: number | null | undefined): number | undefined {
  const ports = portsOf(node);
  return port ?? (ports.length === 1 ? ports[0] : undefined);
}

function portsOf(node: Targeted['node']): readonly number[] {
  return (node?.content.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
}

/** Each target with its share of the weights, of which one at least is not 0. */
export function evaluatedTargets(targets: readonly Targeted[]): readonly EvaluatedTarget[] {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.map(({ name, node, weight, port }) => {
    const problem = problemOf(name, node, port);
    return {
      node: name,
      port,
      weight,
      share: weight / total,
      ...(problem && { problem }),
    };
  });
}

function problemOf(name: string, node: Targeted['node'], port: number | undefined): string | undefined {
  if (name.startsWith('arn:')) return 'is described by no manifest';
  if (node === undefined) return 'is missing or invalid';
  const ports = portsOf(node);
  if (ports.length === 0) return 'has no listener';
  if (port === undefined) return `listens on ${ports.join(', ')}, and the target names no port`;
  return ports.includes(port)
    ? undefined
    : `has no listener on port ${port}; it listens on ${ports.join(', ')}`;
}
