import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesWildcard, whyNotAllowed } from '../../shared/plan/tenancy.ts';

const wish = {
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
const owner = { cluster: 'local', kubernetesNamespace: 'shop' };
const refused = 'no tenancy rule of cluster local lets namespace shop register into shop.local/front';

describe('who may register where', () => {
  const cases = [
    ['nobody was first', undefined, undefined, null],
    ['we were first', undefined, owner, null],
    [
      'another namespace was first',
      undefined,
      { ...owner, kubernetesNamespace: 'blue' },
      'service shop.local/front belongs to namespace blue of cluster local; a tenancy rule in clusters.yml can let namespace shop in',
    ],
    [
      'our namespace of another cluster was first',
      undefined,
      { ...owner, cluster: 'second' },
      'service shop.local/front belongs to namespace shop of cluster second; a tenancy rule in clusters.yml can let namespace shop in',
    ],
    ['a rule lets in, whoever was first', [rule(['shop'])], { ...owner, cluster: 'second' }, null],
    ['no rule at all lets nobody in', [], owner, refused],
    ['no rule for the namespace', [rule(['blue'])], owner, refused],
    ['no rule for the Cloud Map namespace', [rule(['shop'], ['blue.local'])], undefined, refused],
    ['no rule for the service', [rule(['shop'], ['*'], ['back'])], undefined, refused],
    [
      'one rule must allow all three',
      [rule(['shop'], ['blue.local']), rule(['blue'], ['shop.local'])],
      owner,
      refused,
    ],
    ['the second rule', [rule(['blue']), rule(['sh*'], ['*.local'], ['back', 'fro*'])], undefined, null],
  ] as const;
  it.each(cases)('%s', (_what, rules, first, expected) => {
    expect(whyNotAllowed(wish, { rules, owner: first })).toBe(expected);
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

  it('stand for any characters, everything else for itself', () => {
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
