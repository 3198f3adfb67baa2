import { expect, it } from 'vitest';
import { createMetrics } from '../../../relay/metrics.ts';
import { NodePlaces } from '../../../relay/watch/node-places.ts';
import { node } from '../objects.ts';

it('a complete listing forgets the nodes that it does not have, and one after it forgets by its own nodes alone', () => {
  const metrics = createMetrics();
  const places = new NodePlaces(metrics, () => {});
  const list = (...names: readonly string[]) => {
    places.listing();
    for (const name of names) places.applied(node(name, 'us-west-2a'), 'listing');
    places.listed();
    return {
      known: ['a', 'b', 'c'].filter((name) => places.placeOf(name)),
      counted: metrics.objects.get({ kind: 'Node' }),
    };
  };
  expect(list('a', 'b')).toEqual({ known: ['a', 'b'], counted: 2 });
  places.applied(node('c', 'us-west-2a'), 'watch');
  expect(list('b')).toEqual({ known: ['b'], counted: 1 });
  expect(list('a')).toEqual({ known: ['a'], counted: 1 });
});
