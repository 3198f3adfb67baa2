import plain from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import fc from './fast-check.ts';

describe('a property', () => {
  it('has the same cases each time', () => {
    const { PROPERTY_SEED = '20261128' } = process.env;
    expect(plain.readConfigureGlobal().seed).toBe(Number(PROPERTY_SEED));
    expect(plain.sample(plain.nat(), 10)).toEqual(plain.sample(plain.nat(), 10));
  });
});

describe('a property that is explored', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('has a thousand times the runs', () => {
    vi.stubEnv('PROPERTY_SECONDS', '20');
    const seen = vi.fn();
    fc.assert(fc.property(fc.nat(), seen), { numRuns: 2 });
    expect(seen).toHaveBeenCalledTimes(2_000);
    fc.assert(fc.property(fc.nat(), seen), {});
    expect(seen).toHaveBeenCalledTimes(102_000);
  });

  it('has so many runs as its time allows', async () => {
    vi.stubEnv('PROPERTY_SECONDS', '0.1');
    const seen = vi.fn();
    const wait = () => new Promise((resolve) => setTimeout(resolve, 10));
    await fc.assert(
      fc.asyncProperty(fc.nat(), async () => {
        seen();
        await wait();
      }),
    );
    expect(seen.mock.calls.length).toBeGreaterThan(0);
    expect(seen.mock.calls.length).toBeLessThan(20);
  });

  it('fails with its seed and the path to the case', () => {
    vi.stubEnv('PROPERTY_SECONDS', '20');
    const isSmall = (value: number) => value < 10;
    expect(() => fc.assert(fc.property(fc.nat(), isSmall), { numRuns: 1, seed: 7 })).toThrow(
      /\{ seed: 7, path: "[\d:]+", endOnFailure: true \}\nCounterexample: \[10\]/,
    );
  });
});
