import { setTimeout as sleep } from 'node:timers/promises';
import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import type { AppMesh } from '../api.ts';
import { AppMeshAdapter } from './app-mesh.ts';
import { adaptivelyPaced } from './app-mesh-pace.ts';

type Target = NonNullable<ClusterConfig['appMesh']>;

/**
 * With these, an endpoint that drops packets costs a little over five seconds, and one that accepts connections and
 * stays silent fifteen; a function has sixty.
 */
const limits = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

const time = { now: Date.now, sleep, random: Math.random };

/** App Mesh by cluster, made once for each account, Region and endpoint; undefined if a cluster has no such target. */
export function perAppMesh(): (cluster: ClusterConfig) => AppMesh | undefined {
  const made = new Map<string, AppMesh>();
  return ({ appMesh: target }) => {
    if (target === undefined) return undefined;
    const key = [target.roleArn, target.region, target.endpoint].join(' ');
    const adapter = made.get(key) ?? new AppMeshAdapter(adaptivelyPaced(appMeshClient(target), time));
    made.set(key, adapter);
    return adapter;
  };
}

function appMeshClient({ region, roleArn, endpoint }: Target): AppMeshClient {
  const params = { RoleArn: roleArn, RoleSessionName: 'eks-mesh-sync' };
  return new AppMeshClient({
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(roleArn && { credentials: fromTemporaryCredentials({ params }) }),
    retryMode: 'standard',
    maxAttempts: 5,
    requestHandler: limits,
  });
}
