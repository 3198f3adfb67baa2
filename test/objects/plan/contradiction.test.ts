import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../../shared/model/version.ts';
import { laterVersion } from '../../../shared/objects/listed-version.ts';
import { objectFault } from '../../../shared/objects/object-fault.ts';
import { contradiction } from '../../../shared/objects/plan/contradiction.ts';
import { keptWithoutKind } from '../../../shared/objects/plan/deletion-cap.ts';
import { anObject } from '../../fakes/objects.ts';

const sighting = (changes: Partial<Sighting> = {}): Sighting => ({
  ...{ uid: 'uid-1', resourceVersion: '10', createdAt: '2026-11-21T10:00:00Z', deleted: false },
  ...changes,
});

describe('the stored state of a listed object', () => {
  it.each<[what: string, listed: Partial<Sighting>, stored: Partial<Sighting>]>([
    ['the same', {}, {}],
    ['the same version with a leading zero', {}, { resourceVersion: '010' }],
    ['an older version', { resourceVersion: '11' }, {}],
    ['an earlier pod', { uid: 'uid-2', createdAt: '2026-11-21T11:00:00Z' }, {}],
    ['an earlier node', { nodeVersion: '5' }, { nodeVersion: '4' }],
    ['the same node', { nodeVersion: '5' }, { nodeVersion: '5' }],
    ['no node', { nodeVersion: '5' }, {}],
    ['a node that is not listed', {}, { nodeVersion: '5' }],
  ])('is possible: %s', (_, listed, stored) => {
    expect(contradiction(sighting(listed), sighting(stored))).toBeNull();
  });

  it.each<[what: string, listed: Partial<Sighting>, stored: Partial<Sighting>, text: string]>([
    ['a later version', {}, { resourceVersion: '11' }, 'a live one at resourceVersion 11, uid uid-1'],
    ['its deletion', {}, { deleted: true }, 'its deletion at resourceVersion 10, uid uid-1'],
    ['another one', {}, { uid: 'uid-2' }, 'a live one at resourceVersion 10, uid uid-2'],
    [
      'the deletion of another one',
      {},
      { uid: 'uid-2', deleted: true, resourceVersion: '12' },
      'its deletion at resourceVersion 12, uid uid-2',
    ],
  ])('is false: %s', (_, listed, stored, text) => {
    expect(contradiction(sighting(listed), sighting(stored))).toBe(
      `the cluster lists it at resourceVersion 10 with uid uid-1; the table has ${text}, created 2026-11-21T10:00:00Z`,
    );
  });

  it('is false: the same pod with a later version of its node', () => {
    expect(contradiction(sighting({ nodeVersion: '5' }), sighting({ nodeVersion: '6' }))).toBe(
      'the cluster lists its node at resourceVersion 5; the table has 6',
    );
  });
});

describe('the version of a deletion', () => {
  it.each([
    ['9', '10', '10'],
    ['10', '9', '10'],
    ['10', '10', '10'],
    ['', '1', '1'],
    ['99999999999999999999', '100000000000000000000', '100000000000000000000'],
  ])('of %j and %j it is %j', (one, other, later) => {
    expect(laterVersion(one, other)).toBe(later);
  });
});

it('objects of a kind that the cluster does not have are kept for a reason', () => {
  expect(keptWithoutKind('Mesh')).toBe('the cluster has no kind Mesh, so its objects are not deleted');
});

describe('the fault of an object that registrations depend on', () => {
  it('is undefined for a valid one, and for other kinds whatever their spec', () => {
    expect(objectFault(anObject('VirtualNode', {}))).toBeUndefined();
    expect(objectFault(anObject('Mesh', {}))).toBeUndefined();
    expect(objectFault(anObject('VirtualRouter', { listeners: 'none' }))).toBeUndefined();
  });

  it.each([
    ['VirtualNode', { podSelector: 'app' }, 'podSelector'],
    ['Mesh', { namespaceSelector: 'app' }, 'namespaceSelector'],
  ] as const)('names kind, object and field: %s', (kind, spec, field) => {
    const error = objectFault(anObject(kind, spec));
    expect(error?.message).toMatch(new RegExp(`^${kind} \\S*: .*${field}`));
    expect(error?.cause).toBeInstanceOf(Error);
  });
});
