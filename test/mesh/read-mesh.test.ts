import { expect, it } from 'vitest';
import { readMesh } from '../../shared/mesh/read-mesh.ts';
import { objectKey } from '../../shared/model/identity.ts';
import { between } from '../fakes/memory-values.ts';
import { anObject } from '../fakes/objects.ts';

const inMesh = { labels: { mesh: 'shop' } };
const selector = { namespaceSelector: { matchLabels: { mesh: 'shop' } } };

/** Objects as stored; `gone` are tombstones. */
async function read(...gone: readonly string[]) {
  const objects = [
    anObject('Namespace', undefined, { name: 'shop', ...inMesh }),
    anObject('Namespace', undefined, { name: 'bare' }),
    anObject('Mesh', selector, { name: 'm' }),
    anObject('VirtualNode', {}),
    anObject('VirtualNode', {}, { name: 'other', namespace: 'bare' }),
  ];
  const inRange = (_: string, wanted: string, from: string, to: string | null) =>
    objects
      .filter(({ kind, metadata }) => kind === wanted && between(objectKey(metadata), from, to))
      .map((object) => ({ object, deleted: gone.includes(object.metadata.name), unannounced: [] }));
  const mesh = await readMesh({ inRange } as unknown as Parameters<typeof readMesh>[0], 'local');
  const { entries } = mesh.directory;
  const members = entries.filter((entry) => mesh.directory.meshNameOf(entry) !== undefined);
  return { ...mesh, entries: entries.map(({ id }) => id.name), members: members.map(({ id }) => id.name) };
}
const node = (name: string) => ({ kind: 'VirtualNode', namespace: 'shop', name }) as const;

it('the directory has the live objects; a tombstone only says that its object is gone', async () => {
  const { entries, stored, isGone } = await read('front');
  expect(entries).toEqual(['m', 'other']);
  expect([...stored.keys()]).toEqual(['Mesh m', 'VirtualNode shop/front', 'VirtualNode bare/other']);
  expect([isGone(node('front')), isGone(node('unknown'))]).toEqual([true, false]);
  expect((await read()).isGone(node('front'))).toBe(false);
});

it('the objects of a namespace are members of the mesh that selects its labels, unless it is deleted', async () => {
  expect((await read()).members).toEqual(['m', 'front']);
  expect((await read('shop')).members).toEqual(['m']);
});
