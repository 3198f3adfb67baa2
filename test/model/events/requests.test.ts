import { describe, expect, it } from 'vitest';
import { resyncRequest, sweepRequest } from '../../../shared/model/events/requests.ts';

const faultsOf = (input: object) => {
  const result = resyncRequest.safeParse(input);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const whole = 'does not go with namespace or pod; expected the cluster alone, which is drained as a whole';

describe('the input of resync', () => {
  it('has defaults', () => {
    expect(resyncRequest.parse({ cluster: 'local' })).toEqual({
      ...{ cluster: 'local', dryRun: false, force: false, adopt: true },
    });
  });

  it.each([
    { cluster: 'local', namespace: 'shop', pod: 'front-1' },
    { cluster: 'local', namespace: 'shop' },
    { cluster: 'local', drain: true },
    { cluster: 'local', drain: true, dryRun: true },
    { cluster: 'local', drain: false },
    { cluster: 'local', drain: false, force: true },
    { cluster: 'local', namespace: 'n'.repeat(63), pod: 'p'.repeat(253) },
    { cluster: 'c'.repeat(100) },
  ])('is valid: %j', (input) => {
    expect(faultsOf(input)).toEqual([]);
  });

  it.each<[input: object, faults: readonly string[]]>([
    [{ cluster: 'local', pod: 'front-1' }, ['namespace: is missing; expected the namespace of the pod']],
    [{ cluster: 'local', drain: true, namespace: 'shop' }, [`drain: ${whole}`]],
    [{ cluster: 'local', drain: false, namespace: 'shop', pod: 'front-1' }, [`drain: ${whole}`]],
    [
      { cluster: 'local', drain: true, pod: 'front-1' },
      ['namespace: is missing; expected the namespace of the pod', `drain: ${whole}`],
    ],
    [
      { cluster: 'local', drain: false, dryRun: true },
      ['dryRun: does not go with "drain": false; end the drain, or plan without "drain"'],
    ],
  ])('is refused: %j', (input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  it.each([
    {},
    { cluster: '' },
    { cluster: 'c'.repeat(101) },
    { cluster: 'local', namespace: '' },
    { cluster: 'local', namespace: 'n'.repeat(64) },
    { cluster: 'local', namespace: 'shop', pod: '' },
    { cluster: 'local', namespace: 'shop', pod: 'p'.repeat(254) },
    { cluster: 'local', dryrun: true },
    { cluster: 'local', force: 'yes' },
  ])('is refused for a missing, a long or an unknown field: %#', (input) => {
    expect(faultsOf(input)).toHaveLength(1);
  });
});

it('the input of a sweep names a cluster, and may have the fields of EventBridge', () => {
  expect(sweepRequest.parse({ cluster: 'local', source: 'aws.scheduler' })).toEqual({ cluster: 'local' });
  for (const input of [{}, { cluster: '' }, { cluster: 'c'.repeat(101) }])
    expect(sweepRequest.safeParse(input).success).toBe(false);
});
