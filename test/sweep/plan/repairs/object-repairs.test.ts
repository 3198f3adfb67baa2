import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../../shared/model/events/event.ts';
import { entryBytes, maxEntryBytes } from '../../../../shared/model/events/size.ts';
import type { ClusterObject } from '../../../../shared/model/kubernetes.ts';
import { objectRepairs } from '../../../../shared/sweep/plan/repairs/object-repairs.ts';
import { sendable } from '../../../../shared/sweep/plan/repairs/sendable.ts';
import { anObject, aPodObject, objectEvent, podEvent } from '../../../fakes/objects.ts';

const node = (index: number, spec: Readonly<Record<string, unknown>> = {}, resourceVersion = '5') =>
  anObject('VirtualNode', spec, { name: `n${index}`, uid: `uid-${index}`, resourceVersion });
const nodes = (count: number) => Array.from({ length: count }, (_, index) => node(index));

interface Known {
  readonly object: ClusterObject;
  readonly deleted?: boolean;
  readonly fault?: string;
}

function contradictionsOf(listed: ClusterObject, { object, deleted = false, fault }: Known) {
  const snapshot = {
    ...{ objects: [listed], kinds: ['VirtualNode'], absentKinds: [], complete: true, resourceVersion: '9' },
  };
  return objectRepairs('local', snapshot, { stored: [{ object, deleted, fault }], force: false });
}

describe('an object that the API server lists', () => {
  const listed = node(1, { podSelector: {} });
  const identity = node(1);
  it.each<readonly [what: string, stored: Known]>([
    [
      'its deletion at a higher version',
      { object: { ...identity, metadata: { ...identity.metadata, resourceVersion: '77' } }, deleted: true },
    ],
    ['its deletion at the same version', { object: identity, deleted: true }],
    ['a higher version', { object: node(1, { podSelector: {} }, '77') }],
    ['the same version of another content', { object: node(1, {}) }],
    [
      'another of its name, of a later date',
      {
        object: {
          ...listed,
          metadata: { ...listed.metadata, uid: 'other', creationTimestamp: '2099-01-01T00:00:00Z' },
        },
      },
    ],
  ])('an object that the API server lists wins over the stored state: %s', (_, stored) => {
    const { events, findings } = contradictionsOf(listed, stored);
    const { uid, resourceVersion } = stored.object.metadata;
    const sighting = { uid, resourceVersion, deleted: stored.deleted ?? false };
    expect(events).toMatchObject([{ change: 'Applied', object: listed, supersedes: sighting }]);
    expect(findings).toMatchObject([
      {
        ...{ kind: 'RecordContradicted', object: 'VirtualNode shop/n1', stored: sighting },
        action: { do: 'reevaluate' },
      },
    ]);
  });

  it.each<readonly [what: string, stored: Known, repairs: number]>([
    ['a lower version of another content', { object: node(1, {}, '4') }, 1],
    ['its deletion at a lower version', { object: node(1, {}, '4'), deleted: true }, 1],
    ['a lower version of the same content', { object: node(1, { podSelector: {} }, '4') }, 0],
    ['the same', { object: listed }, 0],
    ['the same version, whose later content is invalid', { object: node(1, {}), fault: 'podSelector: …' }, 0],
  ])('an object that the API server lists does not contradict an older state: %s', (_, stored, repairs) => {
    const { events, findings } = contradictionsOf(listed, stored);
    expect(events).toHaveLength(repairs);
    for (const event of events) expect(event).not.toHaveProperty('supersedes');
    expect(findings).toEqual([]);
  });
});

interface Case {
  readonly stored: readonly ClusterObject[];
  readonly there?: readonly ClusterObject[];
  readonly absentKinds?: readonly string[];
  readonly complete?: boolean;
  readonly force?: boolean;
}

function repairsOf({ stored, there = [], absentKinds = [], complete = true, force = false }: Case) {
  const snapshot = {
    ...{ objects: there, kinds: ['VirtualNode', 'Mesh'], absentKinds, complete, resourceVersion: '9' },
  };
  const known = stored.map((object) => ({ object, deleted: false }));
  const { events, refused } = objectRepairs('local', snapshot, { stored: known, force });
  return { events: events.map(({ change, object }) => `${change} ${object.metadata.name}`), refused };
}

describe('objects that are stored and not in the cluster', () => {
  it.each<readonly [what: string, given: Case, deleted: number, refused: number]>([
    ['all of ten', { stored: nodes(10) }, 10, 0],
    ['ten of eleven', { stored: nodes(11) }, 10, 1],
    ['a fifth of 500', { stored: nodes(500) }, 100, 400],
    ['90 of 500', { stored: nodes(500), there: nodes(410) }, 90, 0],
    ['all of 500 if a person forces it', { stored: nodes(500), force: true }, 500, 0],
    ['none on an incomplete listing', { stored: nodes(5), complete: false, force: true }, 0, 0],
    [
      'none of a kind that the cluster does not have',
      { stored: nodes(5), absentKinds: ['VirtualNode'] },
      0,
      5,
    ],
    [
      'none of such a kind, even if forced',
      { stored: nodes(5), absentKinds: ['VirtualNode'], force: true },
      0,
      5,
    ],
    ['those of another kind', { stored: nodes(5), absentKinds: ['Mesh'] }, 5, 0],
  ])('objects that are stored and not in the cluster are deleted: %s', (_, given, deleted, refused) => {
    const found = repairsOf(given);
    expect(found.events.filter((event) => event.startsWith('Deleted'))).toHaveLength(deleted);
    expect(found.refused).toHaveLength(refused);
  });

  it('objects that are stored and not in the cluster are capped for each kind', () => {
    const meshes = Array.from({ length: 4 }, (_, index) => anObject('Mesh', {}, { name: `m${index}` }));
    expect(repairsOf({ stored: [...nodes(12), ...meshes] }).events).toHaveLength(14);
  });

  it('objects that are stored and not in the cluster are reported with the reason for keeping them', () => {
    const stored = [node(1)];
    const [absent] = repairsOf({ stored, absentKinds: ['VirtualNode'] }).refused;
    expect(absent).toEqual({
      finding: {
        ...{ kind: 'ObjectDeleted', object: 'VirtualNode shop/n1' },
        action: { do: 'retire', from: [] },
        detail: 'it is stored, but not in the cluster',
      },
      reason: 'the cluster has no kind VirtualNode, so its objects are not deleted',
    });
    expect(repairsOf({ stored: nodes(12) }).refused[0]?.reason).toBe(
      'more than 10 of all VirtualNodes would be deleted in one run (the larger of 10 and 20 %)',
    );
  });
});

describe('the repairs of objects', () => {
  const usual = { kinds: ['VirtualNode'], absentKinds: [], complete: true, resourceVersion: '9' };

  it('send an object of which nothing is stored, unless the cluster could not be listed', () => {
    const snapshot = { ...usual, objects: [node(1)] };
    const asked = { stored: [], force: false };
    expect(objectRepairs('local', snapshot, asked)).toEqual({
      events: [objectEvent(node(1))].map(({ type, version, group, cluster, change, object }) => ({
        ...{ type, version, group, cluster, change, object },
      })),
      ...{ findings: [], refused: [] },
    });
    expect(objectRepairs('local', { ...snapshot, kinds: [], complete: false }, asked).events).toEqual([]);
  });

  it('delete neither what is deleted, nor what is of a kind that was not listed', () => {
    const stored = [
      { object: node(1), deleted: true },
      { object: anObject('VirtualRouter', {}, { name: 'r' }), deleted: false },
    ];
    const snapshot = { ...usual, objects: [] };
    expect(objectRepairs('local', snapshot, { stored, force: true })).toEqual({
      ...{ events: [], findings: [], refused: [] },
    });
  });

  it.each([
    ['8', '9'],
    ['9', '9'],
    ['10', '10'],
  ])('delete an object that is stored at version %s as of version %s', (version, expected) => {
    const stored = [{ object: node(1, {}, version), deleted: false }];
    const { events } = objectRepairs('local', { ...usual, objects: [] }, { stored, force: false });
    expect(events).toMatchObject([
      { change: 'Deleted', object: { metadata: { resourceVersion: expected } } },
    ]);
  });

  it('send an object that was created again with the same content', () => {
    const again = node(1, { podSelector: {} }, '6');
    const object = { ...again, metadata: { ...again.metadata, uid: 'uid-again' } };
    const stored = [{ object: node(1, { podSelector: {} }, '5'), deleted: false }];
    const { events } = objectRepairs('local', { ...usual, objects: [object] }, { stored, force: false });
    expect(events).toMatchObject([{ change: 'Applied', object }]);
  });
});

describe('an object that is too large for an event', () => {
  const huge = { text: 'x'.repeat(300_000) };

  it('an object that is too large for an event fits when it is deleted, because its identity is enough', () => {
    const snapshot = {
      objects: [],
      kinds: ['VirtualNode'],
      absentKinds: [],
      complete: true,
      resourceVersion: '9',
    };
    const stored = [{ object: node(1, huge), deleted: false }];
    expect(sendable(objectRepairs('local', snapshot, { stored, force: false }).events)).toMatchObject({
      events: [{ change: 'Deleted', object: { metadata: { name: 'n1', resourceVersion: '9' } } }],
      refused: [],
    });
  });

  it('an object that is too large for an event has one byte more than one that fits', () => {
    const eventOf = (length: number) => objectEvent(node(1, { text: 'x'.repeat(length) }));
    const room = maxEntryBytes - entryBytes(eventOf(0));
    expect(sendable([eventOf(room)]).events).toHaveLength(1);
    expect(sendable([eventOf(room + 1)]).events).toEqual([]);
  });

  it.each<readonly [EventDetail, string]>([
    [objectEvent(node(1, huge)), 'VirtualNode shop/n1'],
    [podEvent({ pod: aPodObject({ metadata: { name: 'front', annotations: huge } }) }), 'Pod shop/front'],
  ])(
    'an object that is too large for an event is reported as refused, and the others are sent: case %#',
    (large, object) => {
      const small = objectEvent(node(2));
      const { events, refused } = sendable([large, small]);
      expect(events).toEqual([small]);
      expect(refused).toMatchObject([
        {
          finding: { kind: 'ObjectOversized', object, detail: expect.stringMatching(/ 300\d{3} bytes$/) },
          reason: 'an event has at most 262143 bytes, so this version of the object is not processed',
        },
      ]);
    },
  );
});
