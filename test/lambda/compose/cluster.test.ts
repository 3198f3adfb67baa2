import { type EmbeddedCloud, startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contractTopology } from '../../../packages/embedded-aws/test/harness/topology.ts';
import { send, startQuickCluster } from '../../../packages/embedded-kubernetes/test/harness.ts';
import { perStatusWriter } from '../../../shared/lambda/compose/cluster.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

let cluster: Cluster;
let cloud: EmbeddedCloud;
beforeEach(async () => {
  cluster = await startQuickCluster();
  cloud = await startCloud({
    ...{ port: 0, topology: contractTopology, handlers: {}, log: () => undefined },
    cluster: { name: 'local', endpoint: cluster.url },
  });
  vi.stubEnv('AWS_ENDPOINT_URL', cloud.url);
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
  await cluster.stop();
});

const configs = clustersFile.parse({ clusters: [{ name: 'local' }, { name: 'elsewhere' }] }).clusters;
const mesh = { apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'Mesh', metadata: { name: 'webapp' }, spec: {} };

describe('who writes the status of objects', () => {
  it('the status writer is one for each cluster', () => {
    const writerOf = perStatusWriter();
    const writers = configs.map((config) => writerOf(config));
    expect(new Set(writers).size).toBe(2);
    expect(configs.map((config) => writerOf(config))).toEqual(writers);
  });

  it('the status writer finds a cluster that EKS knows, and says so of one that it does not', async () => {
    const path = '/apis/appmesh.k8s.aws/v1beta2/meshes';
    const { body } = await send(cluster, 'POST', path, mesh);
    const object = { kind: 'Mesh', namespace: '', name: 'webapp', uid: String(body.metadata.uid) } as const;
    const writerOf = perStatusWriter();
    const [here, elsewhere] = configs.map((config) => writerOf(config));
    await here?.write(object, { meshARN: 'arn' });
    expect((await send(cluster, 'GET', `${path}/webapp`)).body.status).toEqual({ meshARN: 'arn' });
    await expect(elsewhere?.write(object, {})).rejects.toThrow(
      /^DescribeCluster elsewhere: ResourceNotFound/,
    );
  });
});
