import { setTimeout as sleep } from 'node:timers/promises';
import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { AppMeshAdapter } from '../aws/app-mesh.ts';
import { spaced } from '../aws/app-mesh-pace.ts';
import type { ClusterConfig } from '../model/cluster-config.ts';
import type { AppMesh } from '../sync/mesh-ports.ts';

type Target = NonNullable<ClusterConfig['appMesh']>;

/**
 * An endpoint that drops packets costs five seconds and a little by these, one that takes connections and is silent
 * fifteen: a function has sixty.
 */
const limits = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** App Mesh by cluster, made once for each account, Region and endpoint; undefined where a cluster has no such target. */
export function perAppMesh(): (cluster: ClusterConfig) => AppMesh | undefined {
  const made = new Map<string, AppMesh>();
  return ({ appMesh: target }) => {
    if (target === undefined) return undefined;
    const key = [target.roleArn, target.region, target.endpoint].join(' ');
    const adapter =
      made.get(key) ?? new AppMeshAdapter(spaced(appMeshClient(target), { now: Date.now, sleep }));
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
    // `adaptive` retries slow down all calls of the client when AWS throttles one all the same.
    retryMode: 'adaptive',
    maxAttempts: 5,
    requestHandler: limits,
  });
}
