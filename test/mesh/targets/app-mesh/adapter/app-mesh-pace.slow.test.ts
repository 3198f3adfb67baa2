import { describe, expect, it } from 'vitest';
import { NotDueError } from '../../../../../shared/model/errors.ts';
import { simulateAppMesh } from './app-mesh-simulation.ts';

/** What the App Mesh controller takes for as many changes, without a limiter, against an App Mesh without limits. */
const controllerSeconds = 8;

describe('changes of App Mesh, on a clock of its own', () => {
  it('changes of App Mesh are faster than those of the App Mesh controller where App Mesh accepts them all', async () => {
    const { accepted, throttled, seconds } = await simulateAppMesh({ limit: undefined, changes: 301 });
    expect({ accepted, throttled }).toEqual({ accepted: 301, throttled: 0 });
    expect(seconds).toBeLessThan(0.8 * controllerSeconds);
  });

  it.each([
    { perSecond: 4, burst: 4 },
    { perSecond: 8, burst: 5 },
    { perSecond: 20, burst: 20 },
    { perSecond: 37, burst: 10 },
  ])(
    'changes of App Mesh follow what App Mesh accepts: $perSecond a second, $burst at once',
    async (limit) => {
      const outcome = await simulateAppMesh({ limit, changes: 301 });
      const boundSeconds = (301 - limit.burst) / limit.perSecond;
      expect(outcome.failed).toEqual([]);
      expect(outcome.accepted).toBe(301);
      expect(outcome.seconds).toBeLessThan(1.2 * boundSeconds);
      expect(outcome.throttled).toBeLessThan(0.15 * 301);
    },
  );

  it('changes of App Mesh by several functions share what App Mesh accepts, without a storm', async () => {
    const limit = { perSecond: 8, burst: 5 };
    const outcome = await simulateAppMesh({ limit, changes: 100, functions: 5 });
    expect(outcome.accepted + outcome.failed.length).toBe(500);
    expect(outcome.accepted / outcome.seconds).toBeGreaterThan(0.8 * limit.perSecond);
    expect(outcome.accepted).toBeGreaterThan(0.8 * 500);
    expect(outcome.throttled).toBeLessThan(0.25 * 500);
  });

  it('changes of App Mesh are made faster again when App Mesh accepts more', async () => {
    const outcome = await simulateAppMesh({
      limit: { perSecond: 8, burst: 5 },
      changes: 1_000,
      onStep: ({ settings }, elapsedMs) => {
        if (elapsedMs > 10_000) settings.rates = {};
      },
    });
    const between = (fromMs: number, toMs: number) =>
      outcome.acceptedAtMs.filter((atMs) => atMs >= fromMs && atMs < toMs).length;
    expect(between(5_000, 10_000)).toBeLessThan(50);
    expect(outcome.throttled).toBeLessThan(30);
    expect(outcome.accepted).toBe(1_000);
    expect(outcome.seconds).toBeLessThan(45);
    const endMs = outcome.seconds * 1000;
    expect(between(endMs - 5_000, endMs)).toBeGreaterThan(20 * 5);
  });

  it('changes of App Mesh that get no turn for ten seconds are left to the next run, with what App Mesh said', async () => {
    const limit = { perSecond: 0, burst: 1 };
    const { accepted, throttled, failed, seconds } = await simulateAppMesh({ limit, changes: 11 });
    expect(accepted).toBe(1);
    expect(failed).toHaveLength(10);
    for (const error of failed) expect(error).toBeInstanceOf(NotDueError);
    expect(failed.map(String).join()).toContain('TooManyRequestsException');
    expect(seconds).toBeLessThan(15);
    expect(throttled).toBeLessThan(40);
  });
});
