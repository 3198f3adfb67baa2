import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Pods } from '../../../shared/adapters/dynamodb/pods.ts';
import type { Pod } from '../../../shared/model/pod.ts';
import type { StoredSighting } from '../../../shared/model/version.ts';
import type { PodStore } from '../../../shared/ports/ports.ts';
import { aPod } from '../../fakes/objects.ts';
import { memoryStores } from '../../fakes/stores/memory-stores.ts';
import { dynamoDbTables } from './tables.ts';

/** `10@5 b`: a pod at resourceVersion 10, its node at 5 and in zone b; `10@- b`: of an earlier relay; `10@-`: place unknown. */
function podOf(text: string, changes: Partial<Pod> = {}): Pod {
  const [versions = '', zone] = text.split(' ');
  const [resourceVersion = '', node] = versions.split('@');
  const place = { name: 'node-1', ...(zone && { zone }), ...(node !== '-' && { resourceVersion: node }) };
  return aPod({ resourceVersion, node: place, ...changes });
}

/** One suite for the real store and for that in memory. */
function contract(makePods: () => Promise<PodStore>, numRuns: number) {
  let pods: PodStore;
  beforeEach(async () => {
    pods = await makePods();
  });
  const seen = (text: string, supersedes?: StoredSighting) =>
    pods.record({ pod: podOf(text), deleted: false }, supersedes);
  const deleted = (resourceVersion: string) => pods.record({ pod: aPod({ resourceVersion }), deleted: true });
  const zone = async () => (await pods.find(aPod()))?.pod.node?.zone;

  it.each([
    ['a later node', '10@5 a', '10@6 b', 'stored'],
    ['a later node in the same zone', '10@5 a', '10@6 a', 'stored'],
    ['a node with one digit more', '10@9 a', '10@10 b', 'stored'],
    [
      'a node whose version is beyond 64 bits',
      '10@99999999999999999999 a',
      '10@100000000000000000000 b',
      'stored',
    ],
    ['a later node without labels', '10@5 a', '10@6', 'stored'],
    ['an earlier node', '10@6 a', '10@5 b', 'older'],
    ['the same node', '10@5 a', '10@5 a', 'older'],
    ['a later pod, an earlier node', '10@6 a', '11@5 b', 'stored'],
    ['an earlier pod, a later node', '10@5 a', '9@6 b', 'older'],
    ['a node with a version, after one without', '10@- a', '10@5 b', 'stored'],
    ['a node with a version, after none', '10@-', '10@5 b', 'stored'],
    ['a node without a version, after none', '10@-', '10@- b', 'stored'],
    ['a node without a version, after one without', '10@- a', '10@- b', 'older'],
    ['a node without a version, after one with', '10@5', '10@- b', 'older'],
    ['no node, after one', '10@5 a', '10@-', 'older'],
  ])('the pod store stores the newer place of a node: %s', async (_, first, second, expected) => {
    await seen(first);
    expect(await seen(second)).toBe(expected);
    expect((await pods.find(aPod()))?.pod).toEqual(podOf(expected === 'stored' ? second : first));
  });

  it('the pod store ends with the latest pod on the latest node, in whatever order and however often all is received', async () => {
    const all = ['9@8 x', '10@-', '10@- a', '10@5 a', '10@6 b', '10@7 a', '10@10 b', '11@2 a', '11@3 c'];
    const received = fc
      .subarray(all, { minLength: 1 })
      .chain((some) =>
        fc
          .array(fc.constantFrom(...some), { maxLength: 6 })
          .chain((again) =>
            fc.shuffledSubarray([...some, ...again], { minLength: some.length + again.length }),
          ),
      );
    await fc.assert(
      fc.asyncProperty(received, async (texts) => {
        pods = await makePods();
        for (const text of texts) await seen(text);
        const last = all.findLast((text) => texts.includes(text)) ?? '';
        expect((await pods.find(aPod()))?.pod).toEqual(podOf(last));
      }),
      { numRuns },
    );
  });

  it('the pod store does not take a deletion back for a later node', async () => {
    await seen('10@5 a');
    expect(await deleted('10')).toBe('stored');
    expect(await seen('10@6 b')).toBe('older');
    expect(await pods.find(aPod())).toMatchObject({ deleted: true });
  });

  it('the pod store keeps the later place beside a deletion, which may be false', async () => {
    await seen('10@5 a');
    await deleted('99');
    await seen('10@7 c');
    await seen('10@6 b');
    expect((await pods.find(aPod()))?.displaced).toMatchObject([{ node: { zone: 'c' } }]);
  });

  it('the pod store forgets the node of a pod that is deleted: the next one of the name begins without', async () => {
    await seen('10@5 a');
    await deleted('11');
    const next = { uid: 'uid-2', createdAt: '2026-11-21T11:00:00Z' };
    await pods.record({ pod: podOf('12@-', next), deleted: false });
    expect(await pods.record({ pod: podOf('12@2 b', next), deleted: false })).toBe('stored');
  });

  describe('what the API server lists supersedes', () => {
    const stored = { uid: 'uid-1', resourceVersion: '10', deleted: false };
    beforeEach(async () => {
      await seen('10@99999999999999999999 z');
    });

    it('the sighting with exactly the node that it names', async () => {
      expect(await seen('10@7 b')).toBe('older');
      expect(await seen('10@7 b', { ...stored, nodeVersion: '99999999999999999999' })).toBe('stored');
      expect(await zone()).toBe('b');
      expect(await seen('10@8 c')).toBe('stored');
    });

    it.each([undefined, '99999999999999999998'])('no other: not with node %s', async (nodeVersion) => {
      expect(await seen('10@7 b', { ...stored, ...(nodeVersion && { nodeVersion }) })).toBe('older');
      expect(await zone()).toBe('z');
    });

    it('a sighting without a node, if it names none', async () => {
      await deleted('11');
      await pods.record({ pod: podOf('12@-'), deleted: false });
      expect(await seen('7@3 b', { ...stored, resourceVersion: '12' })).toBe('stored');
    });
  });
}

describe('in memory', () => {
  contract(async () => memoryStores().pods, 200);
});

describe('in DynamoDB (dynalite)', () => {
  const makeTable = dynamoDbTables();
  contract(async () => new Pods(await makeTable(), () => 0), 20);
});
