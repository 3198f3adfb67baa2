import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { InvalidNode } from './plan/explained.ts';

/** The virtual nodes of a namespace whose spec is invalid. */
export async function readInvalidNodes(
  { objects }: Pick<ExplainDependencies, 'objects'>,
  cluster: string,
  namespace: string,
): Promise<readonly InvalidNode[]> {
  const nodes = objects.inRange(cluster, 'VirtualNode', `${namespace}/`, `${namespace}0`);
  return (await Array.fromAsync(nodes)).flatMap(({ object, deleted, fault }) =>
    deleted || fault === undefined ? [] : [{ name: object.metadata.name, fault }],
  );
}
