import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it, vi } from 'vitest';
import { during } from '../../../shared/lambda/telemetry/current-change.ts';
import { lambdaTelemetry } from '../../../shared/lambda/telemetry/lambda-telemetry.ts';

const change = { correlationId: 'c', run: 'r', observedAtMs: 1, receivedAtMs: 2 };

function written() {
  const info = vi.fn();
  const metrics = new Metrics({ namespace: 'test' });
  const added = vi.spyOn(metrics, 'addMetric').mockReturnThis();
  const single = { addDimension: vi.fn().mockReturnThis(), addMetric: vi.fn().mockReturnThis() };
  vi.spyOn(metrics, 'singleMetric').mockReturnValue(single as never);
  return { telemetry: lambdaTelemetry(metrics, { info } as never), info, added, single };
}

describe('the telemetry of a function', () => {
  it('has the ids of the change in each log line, and the fields', async () => {
    const { telemetry, info } = written();
    telemetry.log('before');
    await during(change, async () => {
      telemetry.log('meanwhile', { field: 1 });
      expect(telemetry.change()).toBe(change);
    });
    expect(info.mock.calls).toEqual([
      ['before', {}],
      ['meanwhile', { correlationId: 'c', run: 'r', field: 1 }],
    ]);
  });

  it('counts one, or the given value, in the unit of the metric', () => {
    const { telemetry, added, single } = written();
    telemetry.count('RegisterAccepted');
    telemetry.count('RegistrationLag', 250);
    telemetry.count('RegisterFailed', 2, 'ignored');
    telemetry.count('Refusals', 3);
    expect(added.mock.calls).toEqual([
      ['RegisterAccepted', 'Count', 1],
      ['RegistrationLag', 'Milliseconds', 250],
      ['RegisterFailed', 'Count', 2],
      ['Refusals', 'Count', 3],
    ]);
    expect(single.addMetric).not.toHaveBeenCalled();
  });

  it('sends a metric with a dimension by itself', () => {
    const { telemetry, added, single } = written();
    telemetry.count('Refusals', 2, 'TenancyRefused');
    expect(single.addDimension.mock.calls).toEqual([['reason', 'TenancyRefused']]);
    expect(single.addMetric.mock.calls).toEqual([['Refusals', 'Count', 2]]);
    expect(added).not.toHaveBeenCalled();
  });
});
