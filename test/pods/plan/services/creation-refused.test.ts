import { describe, expect, it } from 'vitest';
import { QuotaExceededError, RefusedError, RetryableError } from '../../../../shared/model/errors.ts';
import {
  namespaceRefused,
  refusing,
  serviceRefused,
  zoneRefused,
} from '../../../../shared/pods/plan/services/creation-refused.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const quota = new QuotaExceededError('creating: ResourceLimitExceeded: no more');
const failure = new RetryableError('Cloud Map operation op-1 failed: CANNOT_CREATE_HOSTED_ZONE: taken');

describe('the refusal of what AWS does not create', () => {
  it.each([
    [
      serviceRefused(service, quota),
      'Cloud Map service shop.local/front is not created, because a quota of Cloud Map is reached: ' +
        'creating: ResourceLimitExceeded: no more; ask for more in Service Quotas (AWS Cloud Map), or delete services that nobody needs',
    ],
    [
      namespaceRefused('shop.local', quota),
      'Cloud Map namespace shop.local is not created, because the account has as many as its quota "Namespaces per Region" allows ' +
        '(50 unless AWS raised it): creating: ResourceLimitExceeded: no more; ask for more in Service Quotas, ' +
        'delete namespaces that nobody needs, or use another namespace',
    ],
    [
      zoneRefused('shop.local', 'vpc-1', failure),
      'Cloud Map namespace shop.local is not created, because Route 53 does not create its hosted zone in vpc-1: ' +
        'Cloud Map operation op-1 failed: CANNOT_CREATE_HOSTED_ZONE: taken; dissociate the VPC from other private hosted zones ' +
        'whose name overlaps, ask for more of the quota "Hosted zones" of Route 53 if it is reached, or use another namespace',
    ],
  ])('says why, and what to do: case %#', (refusal, message) => {
    expect(refusal).toBeInstanceOf(RefusedError);
    expect(refusal.message).toBe(message);
    expect(refusal.dependsOn).toBe('creation');
    expect([quota, failure]).toContain(refusal.cause);
  });

  it('names the VPC only where there is one', () => {
    expect(zoneRefused('shop.local', undefined, failure).message).toContain('its hosted zone: ');
  });

  it('replaces a quota that is reached, and no other failure', async () => {
    const rejected = (error: Error) =>
      Promise.reject(error).catch(refusing((cause) => serviceRefused(service, cause)));
    await expect(rejected(quota)).rejects.toBeInstanceOf(RefusedError);
    await expect(rejected(failure)).rejects.toBe(failure);
  });
});
