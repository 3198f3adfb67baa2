import type { EntryOf } from '../../plan/entry.ts';
import type { EvaluatedTarget } from './evaluation.ts';

export interface Targeted {
  /** `VirtualNode shop/blue`, or an ARN. */
  readonly name: string;
  /** Of a reference to a valid object. */
  readonly node: EntryOf<'VirtualNode'> | undefined;
  readonly weight: number;
  /** Without it, that of the node's first listener. */
  readonly port: number | undefined;
}

/** Each target with its share of the weights. */
export function evaluatedTargets(targets: readonly Targeted[]): readonly EvaluatedTarget[] {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.map(({ name, node, weight, port }) => {
    const ports = (node?.content.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
    const at = port ?? ports[0];
    const problem = problemOf(name, node, at, ports);
    return {
      node: name,
      port: at,
      weight,
      share: total === 0 ? 0 : weight / total,
      ...(problem && { problem }),
    };
  });
}

function problemOf(
  name: string,
  node: Targeted['node'],
  port: number | undefined,
  ports: readonly number[],
): string | undefined {
  if (name.startsWith('arn:')) return 'no manifest describes it';
  if (node === undefined) return 'missing or invalid';
  if (port === undefined) return 'has no listener';
  return ports.includes(port)
    ? undefined
    : `has no listener on port ${port}; it listens on ${ports.join(', ') || 'none'}`;
}
