import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../shared/model/fingerprint.ts';
import { withForeign, writtenKeys } from '../../../shared/pods/plan/foreign-attributes.ts';

const ours = { app: 'front', 'k8s.io/pod': 'front-1', AWS_INSTANCE_IPV4: '10.0.0.1' };

describe('attributes that others added', () => {
  it('survive, unlike what we wrote once, and unlike what Cloud Map acts on', () => {
    const actual = { ...ours, app: 'else', weight: '5', version: 'v1', AWS_INSTANCE_PORT: '80' };
    expect(withForeign(ours, actual, ['app', 'version'])).toEqual({ ...ours, weight: '5' });
  });

  it('do not survive where it is not known that we did not write them', () => {
    expect(withForeign(ours, { tier: 'gold' }, ['tier'])).toEqual(ours);
  });

  it('give way where Cloud Map takes no more, the last by name first', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x${10 + index}`, '1']));
    const merged = withForeign(ours, many, []);
    const custom = Object.keys(merged).filter((key) => !key.startsWith('AWS_'));
    expect(custom).toHaveLength(30);
    expect(merged).toMatchObject({ ...ours, x10: '1', x37: '1' });
    expect(merged).not.toHaveProperty('x38');
  });

  it('that are too long leave room for the shorter ones', () => {
    const long = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, key.repeat(1024)]));
    const merged = withForeign(ours, { ...long, z: '1' }, []);
    expect(Object.keys(merged).filter((key) => key in long)).toEqual(['a', 'b', 'c', 'd']);
    expect(merged.z).toBe('1');
  });
});

describe('the keys that we wrote', () => {
  it("are the claim's, or those of the fingerprint of an earlier version", () => {
    expect(writtenKeys({ attributeKeys: ['a'], fingerprint: fingerprint({ b: '1' }) })).toEqual(['a']);
    expect(writtenKeys({ fingerprint: fingerprint({ b: '1', c: '2' }) })).toEqual(['b', 'c']);
    expect(writtenKeys({ fingerprint: 'invalidated' })).toEqual([]);
    expect(writtenKeys({})).toEqual([]);
  });
});
