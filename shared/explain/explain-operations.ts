import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { RunningOperation } from '../model/service-view.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { ReadAttempts } from './reads.ts';

/** Max operations of a busy service that are read from Cloud Map, one call each. */
const maxOperationsRead = 50;

/** The operation in progress for an instance, whoever started it: the listed instance is about to change. */
export async function readUnderWay(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { key, serviceId, instanceId }: { key: ServiceKey; serviceId: string; instanceId: string },
): Promise<RunningOperation | undefined> {
  const reader = deps.cloudMapReader(config);
  return reads.attempt(`the operations in progress in ${serviceText(key)}`, async () => {
    for (const id of (await reader.runningOperations(serviceId)).slice(0, maxOperationsRead)) {
      const operation = await reader.runningOperation(id);
      if (operation?.instanceId === instanceId) return { id, type: operation.type };
    }
    return undefined;
  });
}
