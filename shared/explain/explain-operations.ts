import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { Claim } from '../model/records/registration.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { InstanceFacts } from './plan/explained.ts';
import type { ReadAttempts } from './reads.ts';

/** Max operations of a busy service that are read from Cloud Map, one call each. */
const maxOperationsRead = 50;

/**
 * The operation in progress for one of these instances that another program started: the listed instance is about to
 * change. To be read before the instances: each operation is then in progress, or has ended and they show it. The claim is
 * read again, because its owner may have started the operation since it was read.
 */
export async function readUnderWay(
  deps: Pick<ExplainDependencies, 'cloudMapReader' | 'claims'>,
  reads: ReadAttempts,
  config: ClusterConfig,
  {
    key,
    serviceId,
    claims,
  }: { key: ServiceKey; serviceId: string; claims: readonly Pick<Claim, 'instanceId' | 'operationId'>[] },
): Promise<InstanceFacts['underWay']> {
  const reader = deps.cloudMapReader(config);
  return reads.attempt(`the operations in progress in ${serviceText(key)}`, async () => {
    const running = await reader.runningOperations(serviceId);
    const others = running.filter((id) => !claims.some(({ operationId }) => operationId === id));
    for (const id of others.slice(0, maxOperationsRead)) {
      const operation = await reader.runningOperation(id);
      if (!operation || !claims.some(({ instanceId }) => instanceId === operation.instanceId)) continue;
      const claim = await deps.claims.find(key, operation.instanceId);
      if (claim && (claim.phase !== 'applied' || claim.operationId === id)) continue;
      return operation;
    }
    return undefined;
  });
}
