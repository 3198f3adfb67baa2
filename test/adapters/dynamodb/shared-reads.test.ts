import { describe, expect, it, vi } from 'vitest';
import { SharedReads } from '../../../shared/adapters/dynamodb/shared-reads.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('shared reads', () => {
  it('shared reads are made once for all that request the same while it is read, and begin after they were requested', async () => {
    const reads = new SharedReads();
    let stored = 1;
    const answers: (() => void)[] = [];
    const read = () =>
      reads.read('key', () => {
        const value = stored;
        return new Promise<number>((resolve) => answers.push(() => resolve(value)));
      });
    const first = read();
    await settled();
    stored = 2;
    const others = [read(), read(), read()];
    await settled();
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await settled();
    expect(answers).toHaveLength(2);
    answers[1]?.();
    expect(await Promise.all([first, ...others])).toEqual([1, 2, 2, 2]);
    void read();
    await settled();
    expect(answers, 'nothing is kept').toHaveLength(3);
  });

  it('shared reads are sent after all that requests them in the same turn, as the pods of a batch do', async () => {
    const reads = new SharedReads();
    const send = vi.fn(async () => 1);
    expect(await Promise.all([1, 2, 3].map(() => reads.read('key', send)))).toEqual([1, 1, 1]);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('shared reads of different keys do not wait for each other', async () => {
    const reads = new SharedReads();
    const sent: string[] = [];
    for (const key of ['a', 'b'])
      void reads.read(key, () => {
        sent.push(key);
        return new Promise(() => {});
      });
    await settled();
    expect(sent).toEqual(['a', 'b']);
  });

  it('shared reads fail alone: the next one is made', async () => {
    const reads = new SharedReads();
    const { promise, reject } = Promise.withResolvers<number>();
    const first = reads.read('key', () => promise);
    await settled();
    const second = reads.read('key', async () => 2);
    reject(new Error('the table is down'));
    await expect(first).rejects.toThrow('the table is down');
    expect(await second).toBe(2);
  });
});
