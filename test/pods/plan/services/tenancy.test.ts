import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesWildcard, whyNotAllowed } from '../../../../shared/pods/plan/services/tenancy.ts';

const request = {
  cluster: 'local',
  kubernetesNamespace: 'shop',
  namespaceName: 'shop.local',
  serviceName: 'front',
};
const rule = (kubernetesNamespaces: string[], cloudMapNamespaces = ['*'], services = ['*']) => ({
  kubernetesNamespaces,
  cloudMapNamespaces,
  services,
});
const refused = 'no tenancy rule of cluster local lets namespace shop register into shop.local/front';

describe('who may register where', () => {
  const cases = [
    ['no rules', undefined, null],
    ['no rule at all lets nobody in', [], refused],
    ['no rule for the namespace', [rule(['blue'])], refused],
    ['no rule for the Cloud Map namespace', [rule(['shop'], ['blue.local'])], refused],
    ['no rule for the service', [rule(['shop'], ['*'], ['back'])], refused],
    [
      'one rule must allow all three',
      [rule(['shop'], ['blue.local']), rule(['blue'], ['shop.local'])],
      refused,
    ],
    ['the second rule', [rule(['blue']), rule(['sh*'], ['*.local'], ['back', 'fro*'])], null],
  ] as const;
  it.each(cases)('%s', (_what, rules, expected) => {
    expect(whyNotAllowed(request, rules)).toBe(expected);
  });

  it('tenancy compares names as DNS does, but in an HTTP namespace', () => {
    const rules = [rule(['shop'], ['SHOP.local'], ['Fr*'])];
    expect(whyNotAllowed({ ...request, namespaceKind: 'private-dns' }, rules)).toBeNull();
    expect(whyNotAllowed({ ...request, namespaceKind: 'http' }, rules)).toBe(refused);
    expect(whyNotAllowed({ ...request, kubernetesNamespace: 'Shop' }, rules)).not.toBeNull();
  });
});

describe('wildcards', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['shop', 'shop', true],
    ['shop', 'shops', false],
    ['shop', 'eshop', false],
    ['shop*', 'shop', true],
    ['*shop', 'eshop', true],
    ['s*p', 'shop', true],
    ['s*p', 'shops', false],
    ['a.b', 'axb', false],
    ['a*b*c', 'a1b2b3c', true],
    ['(a|b)', 'a', false],
    ['[ab]', 'a', false],
    ['a+', 'aa', false],
    ['Shop', 'shop', false],
    ['a\\d', 'a1', false],
    ['**', '', true],
    ['a**b', 'ab', true],
    ['aba*aba', 'ababa', false],
    ['ab*b*b', 'abb', false],
    ['ab*b*b', 'abbb', true],
    ['*ab*ab*', 'aabb', false],
    ['*a*a*', 'a', false],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  it('wildcards stand for any characters, everything else for itself', () => {
    const piece = fc.string({ maxLength: 6 }).filter((text) => !/[*\n\r\u2028\u2029]/.test(text));
    const gap = fc.stringMatching(/^[ -~]{0,5}$/);
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), gap, (pieces, filling) => {
        expect(matchesWildcard(pieces.join('*'), pieces.join(filling))).toBe(true);
        expect(matchesWildcard(pieces.join('*'), `${pieces.join(filling)}\u0000`)).toBe(
          pieces.length > 1 && pieces.at(-1) === '',
        );
      }),
    );
  });
});
