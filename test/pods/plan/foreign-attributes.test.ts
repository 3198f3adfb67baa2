import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../shared/model/fingerprint.ts';
import {
  contestedKeys,
  remainingKeys,
  removalBy,
  withForeign,
  writtenKeys,
} from '../../../shared/pods/plan/foreign-attributes.ts';

const ours = { app: 'front', 'k8s.io/pod': 'front-1', AWS_INSTANCE_IPV4: '10.0.0.1' };

describe('attributes that others added', () => {
  it('attributes that others added survive, unlike what we wrote once, and unlike what Cloud Map acts on', () => {
    const actual = { ...ours, app: 'else', weight: '5', version: 'v1', AWS_INSTANCE_PORT: '80' };
    expect(withForeign(ours, actual, ['app', 'version']).attributes).toEqual({ ...ours, weight: '5' });
  });

  it('attributes that others added do not survive where it is not known that we did not write them', () => {
    expect(withForeign(ours, { tier: 'gold' }, ['tier']).attributes).toEqual(ours);
  });

  it('attributes that others added give way where Cloud Map takes no more, the last by name first', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x${10 + index}`, '1']));
    const { attributes: merged } = withForeign(ours, many, []);
    const custom = Object.keys(merged).filter((key) => !key.startsWith('AWS_'));
    expect(custom).toHaveLength(30);
    expect(merged).toMatchObject({ ...ours, x10: '1', x37: '1' });
    expect(merged).not.toHaveProperty('x38');
  });

  it('attributes that others added that are too long leave room for the shorter ones', () => {
    const long = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, key.repeat(1024)]));
    const { attributes: merged } = withForeign(ours, { ...long, z: '1' }, []);
    expect(Object.keys(merged).filter((key) => key in long)).toEqual(['a', 'b', 'c', 'd']);
    expect(merged.z).toBe('1');
  });
});

describe('attributes whose names every object has', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__'];
  const added = JSON.parse(`{${names.map((name) => `"${name}":"theirs"`)}}`) as Record<string, string>;

  it('survive our updates like others', () => {
    const { attributes } = withForeign(ours, added, []);
    expect(Object.entries(attributes)).toEqual(expect.arrayContaining(Object.entries(added)));
  });

  it('are removed by an update, and are no more remaining than others', () => {
    const removal = removalBy({ attributes: ours, knownKeys: names }, 'op-1', 1);
    expect(removal?.keys).toEqual(names);
    expect(remainingKeys(removal, ours)).toEqual([]);
    expect(remainingKeys(removal, added)).toEqual(names);
    expect(contestedKeys({ attributeKeys: [], removal }, ours, ours)).toEqual([]);
  });
});

describe('the keys that an update removes', () => {
  const claim = {
    attributeKeys: ['app'],
    removal: { keys: ['version', 'tier', 'AWS_INSTANCE_PORT'], operationId: 'op-1', acceptedAtMs: 1000 },
  };

  it('the keys that an update removes are those that may be on the instance through us, and are not written any more', () => {
    const update = withForeign({ app: 'front' }, { tier: 'gold', weight: '5' }, ['app', 'tier', 'tier']);
    expect(removalBy(update, 'op-2', 2000)).toEqual({
      ...{ keys: ['tier'], operationId: 'op-2', acceptedAtMs: 2000 },
    });
    expect(removalBy(withForeign({ app: 'front' }, {}, ['app']), 'op-2', 2000)).toBeUndefined();
  });

  it('the keys that an update removes are contested where they are still there, unless Cloud Map acts on them', () => {
    const actual = { app: 'front', version: 'v1', tier: 'gold', AWS_INSTANCE_PORT: '80' };
    expect(contestedKeys(claim, { app: 'front' }, actual)).toEqual(['version', 'tier']);
    expect(contestedKeys(claim, { app: 'front', version: 'v2' }, actual)).toEqual(['tier']);
    expect(contestedKeys({ ...claim, attributeKeys: ['tier'] }, {}, actual)).toEqual(['version']);
    expect(contestedKeys({}, {}, actual)).toEqual([]);
    expect(remainingKeys(claim.removal, actual)).toEqual(['version', 'tier', 'AWS_INSTANCE_PORT']);
    expect(remainingKeys(undefined, actual)).toEqual([]);
  });
});

describe('the keys that we wrote', () => {
  it("the keys that we wrote are the claim's, or those of the fingerprint of an earlier version", () => {
    expect(writtenKeys({ attributeKeys: ['a'], fingerprint: fingerprint({ b: '1' }) })).toEqual(['a']);
    expect(writtenKeys({ fingerprint: fingerprint({ b: '1', c: '2' }) })).toEqual(['b', 'c']);
    expect(writtenKeys({ fingerprint: 'invalidated' })).toEqual([]);
    expect(writtenKeys({})).toEqual([]);
  });
});
