import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import { createMetrics } from '../../../relay/metrics.ts';
import { createReflectors, type WatchedKind, watchedKinds } from '../../../relay/watch/reflectors.ts';
import { quick } from '../harness.ts';

/** What is watched, in the order in which it starts. */
function watched(kinds: readonly WatchedKind[], namespaces?: readonly string[]) {
  const { groups } = createReflectors({
    ...{
      cluster: 'test',
      client: {} as never,
      sender: {} as never,
      kinds,
      namespaces,
      pageSize: 2,
      timing: quick,
    },
    ...{ logger: createLogger('error'), metrics: createMetrics(), afterObject: () => {} },
  });
  return groups.map((group) => group.map(({ text }) => text));
}
const appMesh = (...plurals: readonly string[]) => plurals.map((plural) => `${plural}.appmesh.k8s.aws`);

describe('what a relay watches', () => {
  it('is first the nodes and namespaces, then the mesh objects, then the pods', () => {
    const [first, second = [], third] = watched(watchedKinds);
    expect(first).toEqual(['nodes', 'namespaces']);
    expect(second).toEqual(expect.arrayContaining(appMesh('meshes', 'virtualnodes', 'virtualservices')));
    expect(second).toHaveLength(watchedKinds.length - 2);
    expect(third).toEqual(['pods']);
  });

  it.each<[string, readonly WatchedKind[], readonly (readonly string[])[]]>([
    ['no nodes without pods', ['Namespace'], [['namespaces'], [], []]],
    ['pods alone with their nodes', ['Pod'], [['nodes'], [], ['pods']]],
    ['one kind of mesh objects', ['VirtualNode'], [[], appMesh('virtualnodes'), []]],
    ['nothing', [], [[], [], []]],
  ])('is %s', (_, kinds, expected) => {
    expect(watched(kinds)).toEqual(expected);
  });

  it('is each namespace by itself, and kinds without namespaces as a whole', () => {
    const virtualNodes = (namespace: string) => `virtualnodes.appmesh.k8s.aws in namespace "${namespace}"`;
    const [first, second = [], third] = watched(
      ['Pod', 'Namespace', 'Mesh', 'VirtualNode'],
      ['shop', 'blue'],
    );
    expect(first).toEqual(['nodes', 'namespaces']);
    const nodesOfMesh = [virtualNodes('blue'), virtualNodes('shop')];
    expect([...second].sort()).toEqual([...appMesh('meshes'), ...nodesOfMesh]);
    expect(third).toEqual(['pods in namespace "shop"', 'pods in namespace "blue"']);
  });
});
