import { describe, expect, it } from 'vitest';
import { anObject, objectEvent, podEvent } from '../fakes/objects.ts';
import { deadLetter, invoke, type QueueName, send } from './queue-functions.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const source = 'eks-mesh-sync/local';

/** What a relay that an attacker controls may put on the bus: at most 256 KB. */
function bodyOf(queue: QueueName, hostile: string): string {
  const event = queue === 'pods' ? podEvent() : objectEvent(anObject('VirtualNode', {}));
  const marked = JSON.parse(JSON.stringify(event)) as Record<string, Record<string, Record<string, unknown>>>;
  if (queue === 'pods') (marked.pod?.metadata as Record<string, unknown>).labels = '@';
  else (marked.object as Record<string, unknown>).spec = '@';
  return JSON.stringify({ source, detail: marked }).replace('"@"', () => hostile);
}

describe('a detail that a relay forged', () => {
  it.each(
    (['pods', 'mesh'] as const).flatMap((queue) =>
      [
        ['deeply nested lists', nested(100_000)],
        ['deeply nested objects', nestedObjects(40_000)],
        ['a prototype', '{"__proto__":{"app":"front"},"constructor":"x"}'],
        ['very many keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":"v"`).join()}}`],
      ].map(([what = '', hostile = '']) => [queue, what, hostile] as const),
    ),
  )('is refused or applied once, and holds up nothing: for %s, %s', async (queue, _, hostile) => {
    send(queue, 'local/shop/front-1', bodyOf(queue, hostile));
    const startedAtMs = Date.now();
    expect(await invoke(queue)).toEqual({ received: 1, again: [] });
    expect(Date.now() - startedAtMs).toBeLessThan(2_000);
    expect(Object.prototype).not.toHaveProperty('app');
  });

  it.each([
    ['pods', '{"app":"front","constructor":"x","toString":"y","valueOf":"z"}'],
    ['mesh', '{"podSelector":{"matchLabels":{"constructor":"x","hasOwnProperty":"y"}}}'],
  ] as const)(
    'is applied if its labels are only named like members of every object: for %s',
    async (queue, labels) => {
      send(queue, 'local/shop/front-1', bodyOf(queue, labels));
      expect(await invoke(queue)).toEqual({ received: 1, again: [] });
      expect(deadLetter(queue)).toEqual([]);
    },
  );
});
