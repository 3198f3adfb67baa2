import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../../shared/model/errors.ts';
import { aRegisteringPod, nowMs, print, service } from './registering.ts';

const setting = 'setHealth srv-1 10.0.0.1 UNHEALTHY';

describe('the health of a registered instance', () => {
  it('is set if it differs, and then stored and noted', async () => {
    const world = await aRegisteringPod({ health: 'UNHEALTHY' });
    await world.ensure();
    expect(world.calls).toEqual([setting]);
    expect(world.noted).toEqual([{ cluster: 'local', service, serviceId: 'srv-1' }]);
    expect(await world.find()).toMatchObject({
      ...{ phase: 'applied', fingerprint: print, health: 'UNHEALTHY', operationId: 'op-0' },
      ...{ touchedAtMs: nowMs - 600_000, version: 4 },
    });
  });

  it('is set where nobody is interested in notices', async () => {
    const world = await aRegisteringPod({ health: 'UNHEALTHY', isSilent: true });
    await world.ensure();
    expect((await world.find())?.health).toBe('UNHEALTHY');
  });

  it('is none of a service without a custom health check', async () => {
    const world = await aRegisteringPod({ health: 'UNHEALTHY', service: { hasCustomHealthCheck: false } });
    await world.ensure();
    expect([world.calls, world.noted]).toEqual([[], []]);
  });

  it.each<[touchedAtMs: number, isAwaited: boolean]>([
    [nowMs - 60_000, false],
    [nowMs - 59_999, true],
    [nowMs + 59_999, true],
    [nowMs + 60_000, false],
  ])('waits for a registration that was accepted at %i: %j', async (touchedAtMs, isAwaited) => {
    const world = await aRegisteringPod({ health: 'UNHEALTHY', claim: { touchedAtMs } });
    await world.ensure();
    expect(world.calls).toEqual(isAwaited ? ['operations srv-1', setting] : [setting]);
  });

  it('waits for no registration that nobody knows', async () => {
    const claim = { touchedAtMs: nowMs, operationId: undefined };
    const world = await aRegisteringPod({ health: 'UNHEALTHY', claim });
    await world.ensure();
    expect(world.calls).toEqual([setting]);
  });

  it.each([
    ['is not known any more', 'HEALTHY', 'claimed', 'invalidated', undefined],
    ['was not known before', undefined, 'applied', print, 'op-0'],
  ] as const)('%s after a call that may have set it', async (_, before, phase, fingerprint, operationId) => {
    const failed = new RetryableError('no answer');
    const world = await aRegisteringPod({
      ...{ health: 'UNHEALTHY', claim: { health: before } },
      cloudMap: { setHealth: () => Promise.reject(failed) },
    });
    await expect(world.ensure()).rejects.toBe(failed);
    const claim = await world.find();
    expect(claim).toMatchObject({ phase, fingerprint });
    expect([claim?.health, claim?.operationId]).toEqual([undefined, operationId]);
  });
});
