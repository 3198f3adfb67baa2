import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { displacedBy, sightingOf, withDisplaced } from '../../shared/objects/displaced-object.ts';

function anObject(uid: string, resourceVersion: number, size = 0): ClusterObject {
  return {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'VirtualNode',
    metadata: {
      ...{ namespace: 'shop', name: 'front', uid, resourceVersion: String(resourceVersion) },
      creationTimestamp: '2026-11-21T10:00:00Z',
    },
    spec: { filler: 'x'.repeat(size) },
  };
}
const alive = (object: ClusterObject, displaced?: ClusterObject) => ({
  ...{ object, deleted: false, seenAtMs: 0, unannounced: [] },
  ...(displaced && { displaced }),
});
const deleted = (object: ClusterObject, displaced?: ClusterObject) => ({
  ...alive(object, displaced),
  deleted: true,
});
const former = anObject('former', 5);
const earlier = anObject('earlier', 3);
/** 100,000 bytes are the most. */
const emptyBytes = Buffer.byteLength(JSON.stringify(anObject('large', 5)));
const largest = anObject('large', 5, 100_000 - emptyBytes);
const tooLarge = anObject('large', 5, 100_001 - emptyBytes);

describe('the live state beside one that is stored', () => {
  it.each([
    ['is none where nothing was stored', alive(anObject('new', 6)), undefined, undefined],
    ['is what a deletion ends', deleted(anObject('former', 6)), alive(former), former],
    ['is what a deletion ends, however large', deleted(anObject('large', 6)), alive(tooLarge), tooLarge],
    ['is what another object of the name replaces', alive(anObject('new', 6)), alive(former), former],
    ['is no object too large to be beside another', alive(anObject('new', 6)), alive(tooLarge), undefined],
    ['is one of 100,000 bytes', alive(anObject('new', 6)), alive(largest), largest],
    [
      'stays at a later state of the same object',
      alive(anObject('former', 6)),
      alive(former, earlier),
      earlier,
    ],
    ['is none at a later state of one that had none', alive(anObject('former', 6)), alive(former), undefined],
    [
      'stays after a deletion that is received twice',
      deleted(anObject('former', 6)),
      deleted(former, earlier),
      earlier,
    ],
    [
      'stays where a deleted object is recreated',
      alive(anObject('new', 6)),
      deleted(former, earlier),
      earlier,
    ],
  ])('%s', (_what, next, previous, expected) => {
    expect(displacedBy(next, previous)).toEqual(expected);
  });
});

describe('a state that is not newer than what is stored', () => {
  it.each([
    ['is kept beside a deletion', deleted(former), alive(anObject('former', 4)), anObject('former', 4)],
    ['is kept beside a deletion, however large', deleted(former), alive(tooLarge), tooLarge],
    ['is kept beside another object', alive(former), alive(earlier), earlier],
    ['is kept beside another object up to 100,000 bytes', alive(former), alive(largest), largest],
    ['is not kept beside another object when it is larger', alive(former), alive(tooLarge), undefined],
    ['is not kept beside the same object', alive(former), alive(anObject('former', 4)), undefined],
    ['is not kept when it is a deletion', alive(former), deleted(earlier), undefined],
    [
      'takes the place of an older one',
      deleted(former, earlier),
      alive(anObject('earlier', 4)),
      anObject('earlier', 4),
    ],
    [
      'does not take the place of a newer one',
      deleted(former, earlier),
      alive(anObject('earlier', 2)),
      earlier,
    ],
  ])('%s', (_what, stored, next, expected) => {
    expect(withDisplaced(stored, next)).toEqual({ ...stored, ...(expected && { displaced: expected }) });
  });
});

it('a sighting has its time in whole seconds of UTC', () => {
  const object = anObject('former', 5);
  const metadata = { ...object.metadata, creationTimestamp: '2026-11-21T12:00:00.5+02:00' };
  expect(sightingOf({ object: { ...object, metadata }, deleted: true })).toEqual({
    uid: 'former',
    resourceVersion: '5',
    createdAt: '2026-11-21T10:00:00Z',
    deleted: true,
  });
});
