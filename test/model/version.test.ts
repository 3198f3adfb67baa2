import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observationOf, podObjectOf, podOf, secondsInUtc } from '../../shared/model/pod.ts';
import {
  isNewer,
  isSameSighting,
  orderedVersion,
  type Sighting,
  storedSighting,
} from '../../shared/model/version.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';

const digits = fc.oneof(
  fc.stringMatching(/^\d{1,128}$/),
  fc.bigInt({ min: 0n, max: 10n ** 128n - 1n }).map(String),
);

describe('orderedVersion', () => {
  it('orderedVersion sorts as text as the integers do, whatever their length', () => {
    fc.assert(
      fc.property(digits, digits, (a, b) => {
        const order = (x: bigint | string, y: bigint | string) => (x < y ? -1 : x > y ? 1 : 0);
        expect(order(orderedVersion(a), orderedVersion(b))).toBe(order(BigInt(a), BigInt(b)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([9, 99, 127])('orderedVersion sorts one digit more behind %i digits', (count) => {
    expect(orderedVersion('1'.repeat(count + 1)) > orderedVersion('9'.repeat(count))).toBe(true);
  });

  it('orderedVersion takes leading zeros for what they are', () => {
    expect(orderedVersion('007')).toBe(orderedVersion('7'));
    expect(orderedVersion('000')).toBe(orderedVersion('0'));
  });
});

describe('isNewer', () => {
  const stored: Sighting = {
    uid: 'a',
    resourceVersion: '10',
    createdAt: '2026-11-21T10:00:00Z',
    deleted: false,
  };
  const cases: readonly (readonly [string, Partial<Sighting>, Partial<Sighting>, boolean])[] = [
    ['the same again', {}, {}, false],
    ['a higher version', { resourceVersion: '11' }, {}, true],
    ['one digit more', { resourceVersion: '100' }, { resourceVersion: '99' }, true],
    ['a lower version', { resourceVersion: '9' }, {}, false],
    ['gone at the same version', { deleted: true }, {}, true],
    ['gone, received twice', { deleted: true }, { deleted: true }, false],
    ['back at the same version', {}, { deleted: true }, false],
    [
      'back at a higher version: the deletion was of this very object',
      { resourceVersion: '11' },
      { deleted: true },
      true,
    ],
    ['gone at a lower version', { deleted: true, resourceVersion: '9' }, {}, false],
    [
      'another, created later, of a lower version',
      { uid: 'b', createdAt: '2026-11-21T10:00:11Z', resourceVersion: '1' },
      {},
      true,
    ],
    [
      'another, created later, after the deletion',
      { uid: 'b', createdAt: '2026-11-21T10:00:11Z', resourceVersion: '1' },
      { deleted: true },
      true,
    ],
    [
      'another, created earlier, of a higher version',
      { uid: 'b', createdAt: '2026-11-21T09:59:49Z', resourceVersion: '99' },
      {},
      false,
    ],
    [
      'another of a clock ten seconds behind, higher',
      { uid: 'b', createdAt: '2026-11-21T09:59:50Z', resourceVersion: '11' },
      {},
      true,
    ],
    [
      'another of a clock ten seconds ahead, lower',
      { uid: 'b', createdAt: '2026-11-21T10:00:10Z', resourceVersion: '9' },
      {},
      false,
    ],
    ['a later version of its node', { nodeVersion: '10' }, { nodeVersion: '9' }, true],
    ['an earlier version of its node', { nodeVersion: '9' }, { nodeVersion: '10' }, false],
    ['the same version of its node', { nodeVersion: '9', placed: true }, { nodeVersion: '9' }, false],
    ['a version of its node after none', { nodeVersion: '1' }, { placed: true }, true],
    ['none of its node after one', { placed: true }, { nodeVersion: '1' }, false],
    ['a zone after none', { placed: true }, {}, true],
    ['a zone again', { placed: true }, { placed: true }, false],
    ['a later node, back at the same version', { nodeVersion: '9' }, { deleted: true }, false],
    ['gone, after a node', { deleted: true }, { nodeVersion: '9' }, true],
    [
      'a later node, a lower version',
      { nodeVersion: '9', resourceVersion: '9' },
      { nodeVersion: '1' },
      false,
    ],
    [
      'an earlier node, a higher version',
      { nodeVersion: '1', resourceVersion: '11' },
      { nodeVersion: '9' },
      true,
    ],
    ['another, of a later node', { uid: 'b', nodeVersion: '9' }, { nodeVersion: '1' }, false],
    ['another of the same second, higher', { uid: 'b', resourceVersion: '11' }, {}, true],
    ['another of the same second, lower', { uid: 'b', resourceVersion: '9' }, {}, false],
    ['another of the same second and version', { uid: 'b' }, {}, false],
    ['another that is gone, of the same second and version', { uid: 'b', deleted: true }, {}, false],
  ];
  it.each(cases)('%s', (_what, next, before, expected) => {
    expect(isNewer({ ...stored, ...next }, { ...stored, ...before })).toBe(expected);
  });

  it('isNewer never calls two sightings newer than each other, nor one newer than itself', () => {
    const sighting = fc.record({
      uid: fc.constantFrom('a', 'b'),
      resourceVersion: fc.constantFrom('9', '10', '11'),
      createdAt: fc.constantFrom('2026-11-21T10:00:00Z', '2026-11-21T10:00:01Z', '2026-11-21T10:00:11Z'),
      deleted: fc.boolean(),
      placed: fc.boolean(),
      nodeVersion: fc.constantFrom(undefined, '9', '10'),
    });
    fc.assert(
      fc.property(sighting, sighting, (a, b) => {
        expect(isNewer(a, b) && isNewer(b, a)).toBe(false);
        expect(isNewer(a, a)).toBe(false);
      }),
    );
  });
});

describe('isSameSighting', () => {
  const stored = { uid: 'a', resourceVersion: '10', deleted: false };

  it.each([
    ['the same', {}, {}, true],
    ['a version with leading zeros', { resourceVersion: '010' }, {}, true],
    ['another uid', { uid: 'b' }, {}, false],
    ['another version', { resourceVersion: '11' }, {}, false],
    ['a deletion', { deleted: true }, {}, false],
    ['the same node', { nodeVersion: '5' }, { nodeVersion: '5' }, true],
    ['a later version of the node', { nodeVersion: '6' }, { nodeVersion: '5' }, false],
    ['a version of the node after none', { nodeVersion: '0' }, {}, false],
  ])('%s', (_what, one, other, expected) => {
    expect(isSameSighting({ ...stored, ...one }, { ...stored, ...other })).toBe(expected);
  });

  it('isSameSighting knows a sighting again by what is stored of it', () => {
    const sighting = { ...stored, createdAt: '2026-11-21T10:00:00Z', placed: true };
    expect(storedSighting(sighting)).toEqual(stored);
    expect(storedSighting({ ...sighting, nodeVersion: '5' })).toEqual({ ...stored, nodeVersion: '5' });
  });
});

describe('timestamps', () => {
  it.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z'],
    ['2026-11-21T12:00:00+02:00', '2026-11-21T10:00:00Z'],
    ['2026-11-21T10:00:00.999Z', '2026-11-21T10:00:00Z'],
  ])('%s is %s', (timestamp, expected) => {
    expect(secondsInUtc(timestamp)).toBe(expected);
  });
});

describe('a Pod from what the API server says', () => {
  it('a Pod from what the API server says has every part that counts', () => {
    const object = aPodObject({
      metadata: { deletionTimestamp: '2026-11-21T11:00:00Z', creationTimestamp: '2026-11-21T12:00:00+02:00' },
      spec: { nodeName: 'node-7', hostNetwork: true, readinessGates: [{ conditionType: 'gate' }] },
    });
    const node = { name: 'node-7', zone: 'us-west-2a' };
    expect(observationOf(podEvent({ pod: object, node })).pod).toEqual({
      cluster: 'local',
      namespace: 'shop',
      name: 'front-1',
      uid: 'uid-1',
      resourceVersion: '1',
      createdAt: '2026-11-21T10:00:00Z',
      terminating: true,
      labels: { app: 'front' },
      annotations: {},
      phase: 'Running',
      ips: ['10.0.0.1'],
      hostNetwork: true,
      conditions: { Ready: 'True', ContainersReady: 'True' },
      readinessGates: ['gate'],
      node: { name: 'node-7', zone: 'us-west-2a' },
    });
  });

  it('a Pod from what the API server says is made of the object that is made of it', () => {
    const event = podEvent({
      pod: aPodObject({
        metadata: { deletionTimestamp: '2026-11-21T11:00:00Z', annotations: { 'eks-mesh-sync/port': '1' } },
        spec: { nodeName: 'node-7', hostNetwork: true, readinessGates: [{ conditionType: 'gate' }] },
      }),
      node: { name: 'node-7', zone: 'z' },
    });
    for (const given of [
      event,
      podEvent({ node: undefined, pod: { ...aPodObject(), spec: {}, status: {} } }),
    ]) {
      const { pod } = observationOf(given);
      expect(podOf(pod.cluster, podObjectOf(pod), pod.node)).toEqual(pod);
    }
  });

  it('a Pod from what the API server says has usual values for what is absent', () => {
    const { metadata } = aPodObject({ metadata: { labels: undefined } });
    const pod = { metadata, spec: {}, status: {} };
    const { labels, annotations, conditions, ...others } = observationOf(
      podEvent({ pod, node: undefined }),
    ).pod;
    expect({ labels, annotations, conditions }).toEqual({ labels: {}, annotations: {}, conditions: {} });
    expect(others).toMatchObject({
      phase: 'Unknown',
      ips: [],
      hostNetwork: false,
      readinessGates: [],
      node: undefined,
      terminating: false,
    });
    const placed = { ...pod, spec: { nodeName: 'n' } };
    expect(observationOf(podEvent({ pod: placed, node: undefined })).pod.node).toEqual({ name: 'n' });
  });
});
