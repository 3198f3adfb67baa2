import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MeshClaims } from '../state/mesh-claims.ts';
import { MeshRuns } from '../state/mesh-runs.ts';
import { MeshStatuses } from '../state/mesh-statuses.ts';
import { Table } from '../state/table.ts';
import type { MeshWorld, StatusRecord } from '../sync/mesh-ports.ts';
import { readEnvironment } from './environment.ts';
import { type System, wire } from './wire.ts';
import { perAppMesh } from './wire-app-mesh.ts';
import { perStatusWriter } from './wire-cluster.ts';

/** What `wire` builds, and beside it the mesh target, its claims, and who writes the status of its objects. */
export function wireMesh(env: Readonly<Record<string, string | undefined>>): System<MeshWorld> {
  const system = wire(env);
  const table = new Table(new DynamoDBClient({}), readEnvironment(env).TABLE_NAME);
  const logger = new Logger();
  const metrics = new Metrics({ namespace: 'eks-mesh-sync' });
  const writers = perStatusWriter();
  return {
    ...system,
    world: {
      ...system.world,
      appMesh: perAppMesh(),
      meshClaims: new MeshClaims(table),
      statuses: new MeshStatuses<StatusRecord>(table),
      meshRuns: new MeshRuns(table),
      statusWriter: (cluster) => ({
        write: ({ namespace, ...object }, status) =>
          writers(cluster).write({ ...object, ...(namespace !== '' && { namespace }) }, status),
      }),
      newToken: randomUUID,
      note: (message) => logger.warn(message),
      refused: (deletions) => {
        logger.warn('refused deletions of a listing', { ...deletions });
        metrics.singleMetric().addMetric('ListingRefused', MetricUnit.Count, deletions.count);
      },
    },
  };
}
