import { describe, expect, it } from 'vitest';
import { labelOf, resourceNamed } from '../../../../../shared/mesh/targets/gateway-api/plan/object-name.ts';

describe('a text as a label of a DNS name', () => {
  it.each(['a', 'blue', 'blue-2', 'a--b', '0', 'x'.repeat(63)])('%s is one already', (text) => {
    expect(labelOf(text)).toBe(text);
  });

  it.each([
    ['Blue', 'blue-'],
    ['a_b', 'a-b-'],
    ['a__.b', 'a-b-'],
    ['-a', 'a-'],
    ['---a', 'a-'],
    ['a-', 'a-'],
    ['a---', 'a-'],
    ['---', ''],
    ['*', ''],
    ['x'.repeat(64), `${'x'.repeat(54)}-`],
    [`${'x'.repeat(53)}-${'y'.repeat(10)}`, `${'x'.repeat(53)}-`],
    [`${'x'.repeat(52)}--${'y'.repeat(10)}`, `${'x'.repeat(52)}-`],
  ])('%j is not one: it becomes %s with a digest', (text, start) => {
    const label = labelOf(text);
    expect(label.slice(0, start.length)).toBe(start);
    expect(label.slice(start.length)).toMatch(/^[0-9a-f]{8}$/);
  });

  it('has at most the length that is given', () => {
    expect(labelOf('x'.repeat(50), 50)).toBe('x'.repeat(50));
    expect(labelOf('x'.repeat(51), 50)).toMatch(/^x{41}-[0-9a-f]{8}$/);
  });

  it('has the first characters of the SHA-256 of the text: another digest would rename objects', () => {
    expect(labelOf('Shop_A')).toBe('shop-a-5de33ab2');
  });

  it('is another one for another text', () => {
    expect(new Set(['a.b', 'a_b', 'A-b', 'a-b'].map((text) => labelOf(text))).size).toBe(4);
  });
});

describe('the API group of an object', () => {
  it.each([
    ['Service', ''],
    ['TargetGroupPolicy', 'application-networking.k8s.aws'],
    ['HTTPRoute', 'gateway.networking.k8s.io'],
    ['ReferenceGrant', 'gateway.networking.k8s.io'],
  ])('of a %s is "%s"', (kind, group) => {
    expect(resourceNamed(kind, 'apps', 'blue')).toEqual({ group, kind, namespace: 'apps', name: 'blue' });
  });
});
