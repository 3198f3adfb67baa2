import { describe, expect, it } from 'vitest';
import { BatchedReads } from '../../../shared/adapters/dynamodb/batched-reads.ts';

/** Reads from a store that changes: each request is answered by hand, with the items as they are when it is sent. */
function readsOf(items: Record<string, number>) {
  const requests: {
    readonly keys: readonly string[];
    readonly answer: () => void;
    readonly fail: () => void;
  }[] = [];
  const reads = new BatchedReads<string, number>((keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, number>>();
    const found = keys.flatMap((key) => (items[key] === undefined ? [] : [[key, items[key]] as const]));
    requests.push({
      keys,
      answer: () => resolve(new Map(found)),
      fail: () => reject(new Error('the table is down')),
    });
    return promise;
  });
  return { read: (key: string) => reads.read(key, key), requests };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('batched reads', () => {
  it('batched reads send a single read at once', async () => {
    const { read, requests } = readsOf({ a: 1 });
    const value = read('a');
    await settled();
    expect(requests.map(({ keys }) => keys)).toEqual([['a']]);
    requests[0]?.answer();
    expect(await value).toBe(1);
  });

  it('batched reads read with one request what is requested meanwhile, each key once', async () => {
    const { read, requests } = readsOf({ a: 1, b: 2, d: 4 });
    const values: Promise<number | undefined>[] = [];
    for (const key of ['a', 'b', 'c', 'd', 'd']) {
      values.push(read(key));
      await settled();
    }
    expect(requests.map(({ keys }) => keys)).toEqual([['a'], ['b']]);
    for (const request of requests) request.answer();
    await settled();
    expect(requests.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c', 'd']]);
    requests[2]?.answer();
    expect(await Promise.all(values)).toEqual([1, 2, undefined, 4, 4]);
  });

  it('batched reads begin after they were requested: what was written before is seen, whatever is read meanwhile', async () => {
    const items: Record<string, number> = { a: 1 };
    const { read, requests } = readsOf(items);
    const before = read('a');
    await settled();
    items.a = 2;
    const after = read('a');
    await settled();
    for (const request of requests) request.answer();
    expect(await Promise.all([before, after])).toEqual([1, 2]);
  });

  it('batched reads have at most a hundred keys', async () => {
    const { read, requests } = readsOf({});
    const values = Array.from({ length: 250 }, (_, index) => read(String(index)));
    for (let answered = 0; answered < 3; answered++) {
      await settled();
      for (const request of requests) request.answer();
    }
    await Promise.all(values);
    expect(requests.map(({ keys }) => keys.length)).toEqual([100, 100, 50]);
  });

  it('batched reads fail alone: later reads are sent', async () => {
    const { read, requests } = readsOf({ a: 1 });
    const first = read('a');
    await settled();
    requests[0]?.fail();
    await expect(first).rejects.toThrow('the table is down');
    const second = read('a');
    await settled();
    requests[1]?.answer();
    expect(await second).toBe(1);
  });
});
