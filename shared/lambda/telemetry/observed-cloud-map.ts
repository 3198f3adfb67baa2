import { OperationInProgressError, SyncError } from '../../model/errors.ts';
import type { CloudMap } from '../../ports/ports.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

const names = {
  registerInstance: ['RegisterInstance', 'Register'],
  deregisterInstance: ['DeregisterInstance', 'Deregister'],
  setHealth: ['UpdateInstanceCustomHealthStatus', 'Health'],
} as const;

/** The same Cloud Map, whose calls that change an instance are logged with their operation and counted by result. */
export function observedCloudMap(cloudMap: CloudMap, telemetry: Telemetry): CloudMap {
  const call = async <T extends string | undefined>(
    method: keyof typeof names,
    [serviceId, instanceId]: readonly [string, string],
    send: () => Promise<T>,
  ): Promise<T> => {
    const [operation, metric] = names[method];
    const about = { call: operation, serviceId, instanceId };
    try {
      const operationId = await send();
      telemetry.count(`${metric}Accepted`);
      telemetry.log('Cloud Map accepted the call', { ...about, ...(operationId && { operationId }) });
      return operationId;
    } catch (error) {
      const isThrottled = error instanceof SyncError && error.code === 'Throttled';
      // Cloud Map works on another operation of the instance: the call waits for it.
      if (isThrottled) telemetry.count('CloudMapThrottles');
      if (isThrottled) telemetry.count(`${metric}Throttled`);
      else if (!(error instanceof OperationInProgressError)) telemetry.count(`${metric}Failed`);
      telemetry.log('Cloud Map did not accept the call', { ...about, error: textOf(error) });
      throw error;
    }
  };
  // The adapter is the prototype, so that all other methods are its own.
  return Object.assign(Object.create(cloudMap) as CloudMap, {
    registerInstance: (...args: Parameters<CloudMap['registerInstance']>) =>
      call('registerInstance', [args[0], args[1]], () => cloudMap.registerInstance(...args)),
    deregisterInstance: (...args: Parameters<CloudMap['deregisterInstance']>) =>
      call('deregisterInstance', [args[0], args[1]], () => cloudMap.deregisterInstance(...args)),
    setHealth: async (...args: Parameters<CloudMap['setHealth']>) => {
      await call('setHealth', [args[0], args[1]], async () => {
        await cloudMap.setHealth(...args);
        return undefined;
      });
    },
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
