import { describe, expect, it } from 'vitest';
import { median, quantile } from '../bench/statistics.ts';
import { simulateRollout } from './gated-rollout.ts';

const readsOf = ({ calls }: { readonly calls: Readonly<Record<string, number>> }) =>
  (calls.GetOperation ?? 0) + (calls.ListOperations ?? 0);

/** The clock is not the machine's, which may be busy. */
const options = { timeout: 300_000 };

describe('a rollout, with operations of one to three seconds, on a clock of its own', options, () => {
  it('a rollout of 1,000 pods at once takes little more than Cloud Map allows', async () => {
    const outcome = await simulateRollout({ pods: 1_000 });
    expect(outcome).toMatchObject({ throttled: 0, deadLettered: 0 });
    expect(outcome.registeredSeconds).toBeLessThan(1.1 * ((1_000 - 100) / 50));
    expect(outcome.calls.GetInstance).toBe(1_000);
  });

  it('a rollout of 300 pods into services that do not exist yet waits for these, and not for a turn of each pod to look for them', async () => {
    const outcome = await simulateRollout({ pods: 300, isCold: true });
    expect(outcome.deadLettered).toBe(0);
    expect(outcome.registeredSeconds).toBeLessThan((300 - 100) / 50 + 5);
  });

  it('a rollout sets the gates half a second after the operations of 20 pods, and reads many of them with one call', async () => {
    const outcome = await simulateRollout({ pods: 20, declaresGate: true });
    expect(outcome.gateLagsMs).toHaveLength(20);
    expect(median(outcome.gateLagsMs)).toBeLessThan(500);
    expect(Math.max(...outcome.gateLagsMs)).toBeLessThan(1_000);
    expect(readsOf(outcome)).toBeLessThan(70);
  });

  it('a rollout of 50 gated pods a second registers as fast, and sets the gates soon after', async () => {
    const outcome = await simulateRollout({ pods: 200, perSecond: 50, declaresGate: true });
    expect(outcome).toMatchObject({ throttled: 0, deadLettered: 0 });
    expect(outcome.registeredSeconds).toBeLessThan(5.5);
    expect(median(outcome.gateLagsMs)).toBeLessThan(400);
    expect(quantile(outcome.gateLagsMs, 0.9)).toBeLessThan(500);
  });

  it('a rollout of 50 gated pods a second is registered in time by five environments, too: waiting takes no place of new pods', async () => {
    const outcome = await simulateRollout({ pods: 200, perSecond: 50, declaresGate: true, environments: 5 });
    expect(outcome).toMatchObject({ throttled: 0, deadLettered: 0 });
    expect(outcome.registeredSeconds).toBeLessThan(5.5);
    expect(median(outcome.gateLagsMs)).toBeLessThan(1_000);
  });

  it('a rollout of 1,000 gated pods at once loses no message while pods wait', async () => {
    const outcome = await simulateRollout({ pods: 1_000, declaresGate: true });
    expect(outcome).toMatchObject({ throttled: 0, deadLettered: 0 });
    expect(outcome.gateLagsMs).toHaveLength(1_000);
    expect(outcome.registeredSeconds).toBeLessThan(1.4 * ((1_000 - 100) / 50));
  });
});
