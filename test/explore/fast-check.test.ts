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

  it('has as many runs as its time allows, and ends with the last one', async () => {
    vi.stubEnv('PROPERTY_SECONDS', '0.1');
    const [begun, ended] = [vi.fn(), vi.fn()];
    await fc.assert(
      fc.asyncProperty(fc.nat(), async () => {
        begun();
        await new Promise((resolve) => setTimeout(resolve, 30));
        ended();
      }),
    );
    expect(begun.mock.calls.length).toBeGreaterThan(0);
    expect(begun.mock.calls.length).toBeLessThan(10);
    expect(ended).toHaveBeenCalledTimes(begun.mock.calls.length);
  });

  it('fails in its last run, too', () => {
    vi.stubEnv('PROPERTY_SECONDS', '0.05');
    const untilMs = performance.now() + 100;
    const waits = () => {
      while (performance.now() < untilMs);
      return false;
    };
    expect(() => fc.assert(fc.property(fc.nat(), waits))).toThrow('Property failed after 1 tests');
  });

  it('fails with its seed and the path to the case', () => {
    vi.stubEnv('PROPERTY_SECONDS', '20');
    const isSmall = (value: number) => value < 10;
    expect(() => fc.assert(fc.property(fc.nat(), isSmall), { numRuns: 1, seed: 7 })).toThrow(
      /\{ seed: 7, path: "[\d:]+", endOnFailure: true \}\nCounterexample: \[10\]/,
    );
  });
});
