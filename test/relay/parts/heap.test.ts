import { afterEach, expect, it, vi } from 'vitest';

const heap = vi.hoisted(() => ({ usedBytes: 0 }));
vi.mock('node:v8', () => ({ getHeapStatistics: () => ({ used_heap_size: heap.usedBytes }) }));
const { gcScheduler } = await import('../../../relay/heap.ts');

const megabyte = 1024 * 1024;
const { gc } = globalThis;
afterEach(() => {
  Object.assign(globalThis, { gc });
});

/** How often garbage is collected, to half of the heap, while 50 objects at a time are observed at these sizes. */
function collections(...megabytes: readonly number[]) {
  let count = 0;
  Object.assign(globalThis, {
    gc: () => {
      count += 1;
      heap.usedBytes /= 2;
    },
  });
  const afterObject = gcScheduler();
  return megabytes.map((size) => {
    for (let object = 0; object < 49; object++) afterObject();
    const before = count;
    heap.usedBytes = size * megabyte;
    afterObject();
    return count - before;
  });
}

it('garbage is collected when the heap has grown by 2 MB since, after each 50 objects', () => {
  expect(collections(1, 2, 2.9, 3, 4, 3.4, 3.5)).toEqual([0, 1, 0, 1, 1, 0, 0]);
});

it('nothing is collected between 50 objects', () => {
  let count = 0;
  const counting = () => {
    count += 1;
  };
  Object.assign(globalThis, { gc: counting });
  heap.usedBytes = 100 * megabyte;
  const afterObject = gcScheduler();
  for (let object = 0; object < 49; object++) afterObject();
  expect(count).toBe(0);
  afterObject();
  expect(count).toBe(1);
});

it('nothing is collected where Node does not expose it', () => {
  Object.assign(globalThis, { gc: undefined });
  heap.usedBytes = 100 * megabyte;
  const afterObject = gcScheduler();
  for (let object = 0; object < 100; object++) expect(afterObject()).toBeUndefined();
});
