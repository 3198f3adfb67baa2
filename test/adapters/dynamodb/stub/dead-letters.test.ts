import { describe, expect, it } from 'vitest';
import { DeadLetters } from '../../../../shared/adapters/dynamodb/dead-letters.ts';
import { stubTable } from './stub-table.ts';

const nowMs = Date.UTC(2026, 10, 21, 10) + 500;
const about = { kind: 'Pod', namespace: 'shop', name: 'front-1' };
const letters = (items: readonly object[] = []) => {
  const { table, asked } = stubTable({ items });
  return { letters: new DeadLetters(table, () => nowMs), asked };
};

describe('a dead-lettered message', () => {
  it.each<[string, string | undefined, object]>([
    ['with its change', 'c-1', { correlationId: 'c-1' }],
    ['without a change', undefined, {}],
  ])('is stored %s', async (_, correlationId, stored) => {
    const all = letters();
    const reason = 'x'.repeat(4_097);
    await all.letters.note({ ...about, cluster: 'local', messageId: 'm', reason, correlationId });
    expect(all.asked).toStrictEqual([
      [
        'put',
        {
          ...{ pk: 'DEAD#local', sk: 'Pod#shop/front-1#m', ...about, messageId: 'm', ...stored },
          ...{ reason: 'x'.repeat(4_096), at: '2026-11-21T10:00:00.500Z' },
          expiresAt: Date.UTC(2026, 11, 5, 10) / 1000,
        },
      ],
    ]);
  });
});

describe('the dead-lettered messages', () => {
  const letter = (messageId: string, hour: number, changes = {}) => ({
    ...{ ...about, messageId, reason: 'r', at: `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z` },
    ...changes,
  });
  const stored = (of: object) => ({ pk: 'p', sk: 's', expiresAt: nowMs, ...of });

  it('are the oldest first, those of one time as they are stored', async () => {
    const [b, a, c, d] = [
      letter('b', 2),
      letter('a', 1, { correlationId: 'c-1' }),
      letter('c', 3),
      letter('d', 2),
    ];
    expect(await letters([b, a, c, d].map(stored)).letters.ofCluster('local')).toStrictEqual([a, b, d, c]);
  });

  it('are those that have not expired', async () => {
    const at = (seconds: number) =>
      stored({ ...letter(String(seconds), 1), expiresAt: nowMs / 1000 + seconds });
    const found = await letters([at(-1), at(0), at(1)]).letters.ofCluster('local');
    expect(found.map(({ messageId }) => messageId)).toEqual(['1']);
  });

  it('are read of a cluster, of a namespace or of an object', async () => {
    const all = letters();
    await all.letters.ofCluster('local');
    await all.letters.of('local', 'Pod', 'shop');
    await all.letters.of('local', 'Pod', 'shop', 'front-1');
    expect(all.asked).toEqual([
      ['query', 'DEAD#local', '', null],
      ['query', 'DEAD#local', 'Pod#shop/', 'Pod#shop0'],
      ['query', 'DEAD#local', 'Pod#shop/front-1#', 'Pod#shop/front-1$'],
    ]);
  });
});
