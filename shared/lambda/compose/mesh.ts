import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MeshClaims } from '../../adapters/dynamodb/mesh-claims.ts';
import { MeshRuns } from '../../adapters/dynamodb/mesh-runs.ts';
import { MeshStatuses } from '../../adapters/dynamodb/mesh-statuses.ts';
import type { ReconcileDependencies } from '../../mesh/mesh-target.ts';
import { laterMessage } from '../received-message.ts';
import { perStatusWriter } from './cluster.ts';
import { perMeshTargets } from './mesh-targets.ts';
import type { System } from './queue-function.ts';
import { composeQueueFunction } from './queue-function.ts';

/** What `composeQueueFunction` builds, plus the mesh target, its claims, and the writer of object status. */
export function composeMesh(
  env: Readonly<Record<string, string | undefined>>,
): System<ReconcileDependencies> {
  const { table, ...system } = composeQueueFunction(env);
  const writers = perStatusWriter();
  return {
    ...system,
    deps: {
      ...system.deps,
      meshTargets: perMeshTargets(),
      meshClaims: new MeshClaims(table),
      statuses: new MeshStatuses(table),
      meshRuns: new MeshRuns(table),
      statusWriter: (cluster) => ({
        write: ({ namespace, ...object }, status) =>
          writers(cluster).write({ ...object, ...(namespace !== '' && { namespace }) }, status),
      }),
      later: (event, dueAtMs) =>
        system.queue.send([laterMessage({ group: event.group, body: JSON.stringify(event) }, dueAtMs)]),
      newToken: randomUUID,
      note: (message) => new Logger().warn(message),
      refused: (deletions) => {
        new Logger().warn('refused deletions of a listing', { ...deletions });
        new Metrics({ namespace: 'eks-mesh-sync' })
          .singleMetric()
          .addMetric('ListingRefused', MetricUnit.Count, deletions.count);
      },
    },
  };
}
