import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { admitSidecars } from '../../playground/sidecars.ts';
import { type Answer, clusterOf } from './client.ts';
import { createCases, testSidecars } from './contract.ts';

testSidecars('the embedded cluster', async () => {
  const embedded = await startCluster({ port: 0, definitions: meshDefinitions(), admission: admitSidecars });
  const cluster = clusterOf(
    (method, path, body) => send(embedded, method, path, body),
    () => embedded.stop(),
  );
  await createCases(cluster);
  return cluster;
});

async function send({ url }: Cluster, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    ...{ method, headers: { 'content-type': 'application/json' } },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
