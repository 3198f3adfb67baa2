import { describe, expect, it } from 'vitest';
import { observedCloudMap } from '../../../shared/lambda/telemetry/observed-cloud-map.ts';
import { withCloudMapTelemetry } from '../../../shared/lambda/telemetry/with-telemetry.ts';
import { OperationInProgressError, PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import type { CloudMap, Dependencies } from '../../../shared/ports/ports.ts';
import type { Telemetry } from '../../../shared/ports/telemetry.ts';
import { aConfig } from '../../explain/harness/pod-facts.ts';

function telemetry() {
  const [logged, counted] = [[] as unknown[], [] as string[]];
  const all: Telemetry = {
    change: () => undefined,
    log: (message, fields) => void logged.push([message, fields]),
    count: (metric) => void counted.push(metric),
  };
  return { all, logged, counted };
}

/** Cloud Map that accepts each call, or throws. */
function answering(error?: Error) {
  const calls: unknown[] = [];
  const answer = async (name: string, args: readonly unknown[], result?: string) => {
    calls.push([name, ...args]);
    if (error !== undefined) throw error;
    return result;
  };
  class Adapter {
    registerInstance = (...args: readonly unknown[]) => answer('register', args, 'op-1');
    deregisterInstance = (...args: readonly unknown[]) => answer('deregister', args, 'op-2');
    setHealth = (...args: readonly unknown[]) => answer('health', args);
    operation() {
      return { by: this };
    }
  }
  return { cloudMap: new Adapter() as unknown as CloudMap, calls };
}

interface Case {
  readonly name: string;
  readonly metric: string;
  readonly call: (cloudMap: CloudMap) => Promise<unknown>;
  readonly sent: readonly unknown[];
  readonly operationId?: string;
}
const calls: readonly Case[] = [
  {
    ...{ name: 'RegisterInstance', metric: 'Register', operationId: 'op-1' },
    call: (cloudMap) => cloudMap.registerInstance('srv-1', 'i-1', {}),
    sent: ['register', 'srv-1', 'i-1', {}],
  },
  {
    ...{ name: 'DeregisterInstance', metric: 'Deregister', operationId: 'op-2' },
    call: (cloudMap) => cloudMap.deregisterInstance('srv-1', 'i-1'),
    sent: ['deregister', 'srv-1', 'i-1'],
  },
  {
    ...{ name: 'UpdateInstanceCustomHealthStatus', metric: 'Health' },
    call: (cloudMap) => cloudMap.setHealth('srv-1', 'i-1', 'HEALTHY'),
    sent: ['health', 'srv-1', 'i-1', 'HEALTHY'],
  },
];

describe.each(calls)('a call of $name', ({ name, metric, call, sent, operationId }) => {
  const about = { call: name, serviceId: 'srv-1', instanceId: 'i-1' };
  const failing = async (error: Error) => {
    const { all, logged, counted } = telemetry();
    await expect(call(observedCloudMap(answering(error).cloudMap, all))).rejects.toBe(error);
    expect(logged).toEqual([['Cloud Map did not accept the call', { ...about, error: error.message }]]);
    return counted;
  };

  it('is passed on, logged with its operation and counted', async () => {
    const { all, logged, counted } = telemetry();
    const { cloudMap, calls: received } = answering();
    expect(await call(observedCloudMap(cloudMap, all))).toBe(operationId);
    expect(received).toEqual([sent]);
    expect(logged).toEqual([
      ['Cloud Map accepted the call', { ...about, ...(operationId && { operationId }) }],
    ]);
    expect(counted).toEqual([`${metric}Accepted`]);
  });

  it('is counted as failed, as throttled, or not at all while another operation runs', async () => {
    expect(await failing(new PermanentError('refused'))).toEqual([`${metric}Failed`]);
    expect(await failing(new RetryableError('no answer'))).toEqual([`${metric}Failed`]);
    expect(await failing(new TypeError('a bug'))).toEqual([`${metric}Failed`]);
    expect(await failing(new RetryableError('slow down', { code: 'Throttled' } as never))).toEqual([
      ...['CloudMapThrottles', `${metric}Throttled`],
    ]);
    expect(await failing(new OperationInProgressError('under way', 'op-0' as never))).toEqual([]);
  });
});

describe('an observed Cloud Map', () => {
  it('has the other methods of the adapter', () => {
    const { cloudMap } = answering();
    const observed = observedCloudMap(cloudMap, telemetry().all);
    expect(observed.operation('op' as never)).toEqual({ by: observed });
  });

  it('is one for each adapter, as what is kept for a Cloud Map is found by it', () => {
    const adapters = [answering().cloudMap, answering().cloudMap] as const;
    const requests = { send: async () => {} };
    const [first, second] = [aConfig(), aConfig()];
    const cloudMap = (config: unknown) => adapters[config === first ? 0 : 1];
    const deps = withCloudMapTelemetry({ requests, cloudMap } as unknown as Dependencies, telemetry().all);
    expect(deps.cloudMap(first)).toBe(deps.cloudMap(first));
    expect(deps.cloudMap(first)).not.toBe(deps.cloudMap(second));
    expect(Object.getPrototypeOf(deps.cloudMap(second))).toBe(adapters[1]);
  });
});
