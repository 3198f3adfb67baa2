import { describe, expect, it } from 'vitest';
import { describeFaults } from '../../shared/model/faults.ts';
import { meshKinds, meshResourceName } from '../../shared/model/kubernetes.ts';
import { groupOf, idOf, idText } from '../../shared/model/kubernetes-object.ts';

describe('the names of Kubernetes objects', () => {
  it('have a group, which is empty for the core kinds', () => {
    expect(['v1', 'apps/v1', 'networking.istio.io/v1'].map(groupOf)).toEqual([
      '',
      'apps',
      'networking.istio.io',
    ]);
  });

  it.each([
    ['shop', 'ServiceEntry shop/cart'],
    [undefined, 'ServiceEntry cart'],
  ])('in namespace %s are %s', (namespace, text) => {
    const metadata = { name: 'cart', ...(namespace !== undefined && { namespace }) };
    const id = idOf({ apiVersion: 'v1', kind: 'ServiceEntry', metadata });
    expect(id).toEqual({ apiVersion: 'v1', kind: 'ServiceEntry', namespace: namespace ?? '', name: 'cart' });
    expect(idText(id)).toBe(text);
  });

  it('are plural for a resource, with the group of App Mesh', () => {
    expect(meshKinds.map(meshResourceName)).toEqual(
      [
        ...['meshes', 'virtualnodes', 'virtualservices', 'virtualrouters', 'virtualgateways'],
        ...['gatewayroutes', 'backendgroups'],
      ].map((plural) => `${plural}.appmesh.k8s.aws`),
    );
  });
});

describe('the faults of a document', () => {
  const issue = (path: PropertyKey[], message: string) => ({
    code: 'custom' as const,
    path,
    message,
    input: 0,
  });
  const describe = (...issues: ReturnType<typeof issue>[]) =>
    describeFaults({ issues } as unknown as Parameters<typeof describeFaults>[0]).split('\n');

  it('are one a line, with their path', () => {
    expect(
      describe(issue(['clusters', 0, 'a.b'], 'one'), issue([], 'two'), issue([1, 'c'], 'three')),
    ).toEqual(['clusters[0].a.b: one', '(the whole): two', '[1].c: three']);
  });

  it('are 50 at most, and say how many there are more', () => {
    const issues = (count: number) => Array.from({ length: count }, (_, index) => issue([index], 'm'));
    expect(describe(...issues(50))).toHaveLength(50);
    expect(describe(...issues(50)).at(-1)).toBe('[49]: m');
    expect(describe(...issues(53)).slice(49)).toEqual(['[49]: m', 'and 3 more']);
  });

  it('have 500 characters each of path and message', () => {
    const [exact, longer] = [500, 501].map((length) =>
      describe(issue(['p'.repeat(length)], 'm'.repeat(length))),
    );
    expect(exact).toEqual([`${'p'.repeat(500)}: ${'m'.repeat(500)}`]);
    expect(longer).toEqual([`${'p'.repeat(499)}…: ${'m'.repeat(499)}…`]);
  });
});
