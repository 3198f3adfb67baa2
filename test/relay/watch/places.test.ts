import { beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../relay/metrics.ts';
import { podChanged } from '../../../relay/watch/details.ts';
import { NodePlaces } from '../../../relay/watch/node-places.ts';
import type { KubernetesObject } from '../../../shared/adapters/kubernetes/resources.ts';
import { aPodObject } from '../../fakes/objects.ts';
import { node } from '../objects.ts';

let places: NodePlaces;
let changed: string[];
let metrics: ReturnType<typeof createMetrics>;
beforeEach(() => {
  changed = [];
  metrics = createMetrics();
  places = new NodePlaces(metrics, (name) => changed.push(name));
});

const aNode = (name: string, zone: string | undefined, resourceVersion: string) => {
  const { metadata, ...rest } = node(name, zone);
  return { ...rest, metadata: { ...metadata, resourceVersion } } as KubernetesObject;
};
const placeOf = (name: string) => places.placeOf(name);
const count = () => metrics.objects.get({ kind: 'Node' });
const placed = (name: string, zone: string, resourceVersion: string) => ({
  ...{ name, region: 'us-west-2', zone, resourceVersion },
});

describe('the place of a node', () => {
  it('has the version at which it was first seen there', () => {
    places.applied(aNode('a', 'us-west-2a', '1'), 'watch');
    expect(placeOf('a')).toEqual(placed('a', 'us-west-2a', '1'));
    places.applied(aNode('a', 'us-west-2a', '2'), 'watch');
    expect(placeOf('a')).toEqual(placed('a', 'us-west-2a', '1'));
    expect(changed).toEqual([]);
    places.applied(aNode('a', 'us-west-2b', '3'), 'watch');
    expect(placeOf('a')).toEqual(placed('a', 'us-west-2b', '3'));
    expect(changed).toEqual(['a']);
  });

  it('is reported once it is known, if somebody has asked for it before', () => {
    expect(placeOf('a')).toBeUndefined();
    places.applied(aNode('b', 'us-west-2a', '1'), 'watch');
    places.applied(aNode('a', 'us-west-2a', '1'), 'watch');
    places.applied(aNode('a', 'us-west-2a', '2'), 'watch');
    expect(changed).toEqual(['a']);
  });

  it('is reported when it gets its first zone, or another region', () => {
    places.applied(aNode('a', undefined, '1'), 'watch');
    places.applied(aNode('a', 'us-west-2a', '2'), 'watch');
    const elsewhere = aNode('a', 'us-west-2a', '3');
    Object.assign(elsewhere.metadata.labels ?? {}, { 'topology.kubernetes.io/region': 'us-west-1' });
    places.applied(elsewhere, 'watch');
    expect(changed).toEqual(['a', 'a']);
  });

  it('is gone with the node, and nobody waits for it any more', () => {
    places.applied(aNode('a', 'us-west-2a', '1'), 'watch');
    expect(placeOf('b')).toBeUndefined();
    expect(count()).toBe(1);
    places.deleted(aNode('a', 'us-west-2a', '2'));
    places.deleted(aNode('b', 'us-west-2a', '2'));
    expect(count()).toBe(0);
    places.applied(aNode('b', 'us-west-2a', '3'), 'watch');
    expect(changed).toEqual([]);
    expect(placeOf('a')).toBeUndefined();
    expect(count()).toBe(1);
  });

  it('is gone where a listing lacks the node, whatever an earlier one had', () => {
    places.listing();
    for (const name of ['a', 'b']) places.applied(aNode(name, 'us-west-2a', '1'), 'listing');
    places.listing();
    places.applied(aNode('a', 'us-west-2a', '1'), 'listing');
    places.applied(aNode('c', 'us-west-2a', '1'), 'watch');
    expect(count()).toBe(3);
    places.listed();
    expect(count()).toBe(1);
    expect([placeOf('a')?.zone, placeOf('b'), placeOf('c')]).toEqual(['us-west-2a', undefined, undefined]);
  });
});

describe('the event of a pod', () => {
  it.each<[string | undefined, object | undefined]>([
    ['a', placed('a', 'us-west-2a', '1')],
    ['unknown', undefined],
    [undefined, undefined],
  ])('on node %s has the place of the node', (nodeName, expected) => {
    places.applied(aNode('a', 'us-west-2a', '1'), 'watch');
    const pod = aPodObject({ spec: nodeName === undefined ? {} : { nodeName } });
    const without = { ...pod, spec: nodeName === undefined ? {} : pod.spec };
    const asked: string[] = [];
    const event = podChanged('local', 'Applied', without, (name) => {
      asked.push(name);
      return placeOf(name);
    });
    expect(event).toMatchObject({ type: 'Pod Changed', group: 'local/shop/front-1', change: 'Applied' });
    expect(event.node).toEqual(expected);
    expect(asked).toEqual(nodeName === undefined ? [] : [nodeName]);
  });
});
