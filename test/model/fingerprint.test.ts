import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fingerprint } from '../../shared/model/fingerprint.ts';

const attributes = fc.dictionary(fc.string(), fc.string());

it('a fingerprint is the same for the same attributes in any order, and another for any other', () => {
  fc.assert(
    fc.property(attributes, attributes, (one, other) => {
      const turned = Object.fromEntries(Object.entries(one).reverse());
      expect(fingerprint(turned)).toBe(fingerprint(one));
      const text = (map: object) => JSON.stringify(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(fingerprint(one) === fingerprint(other)).toBe(text(one) === text(other));
    }),
  );
});

it('a fingerprint leaves out how a registration begins, and nothing else of AWS', () => {
  const base = { app: 'front', AWS_INSTANCE_IPV4: '10.0.0.1' };
  expect(fingerprint({ ...base, AWS_INIT_HEALTH_STATUS: 'HEALTHY' })).toBe(fingerprint(base));
  expect(fingerprint({ ...base, AWS_INSTANCE_PORT: '1' })).not.toBe(fingerprint(base));
});
