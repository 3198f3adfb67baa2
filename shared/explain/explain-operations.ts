import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { RunningOperation } from '../model/service-view.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { ReadAttempts } from './reads.ts';

/** What is asked of Cloud Map at most, one by one, about operations that run in a busy service. */
const maxOperationsRead = 50;

/** The operation that runs for an instance, whoever began it: what is listed now is not what will be there. */
export async function readUnderWay(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { key, serviceId, instanceId }: { key: ServiceKey; serviceId: string; instanceId: string },
): Promise<RunningOperation | undefined> {
  const reader = deps.cloudMapReader(config);
  return reads.attempt(`the operations under way in ${serviceText(key)}`, async () => {
    for (const id of (await reader.runningOperations(serviceId)).slice(0, maxOperationsRead)) {
      const operation = await reader.runningOperation(id);
      if (operation?.instanceId === instanceId) return { id, type: operation.type };
    }
    return undefined;
  });
}
