import { describe, it } from 'vitest';
import type { ApiServer } from './api-server.ts';
import { testSidecars } from './contract.ts';
import { testOwnObjectsPolicy } from './own-objects.ts';
import { startRealCluster } from './real-cluster.ts';
import { testRefreshPolicy } from './refresh.ts';

/** The program that `npm run test:sidecars` builds. */
const program = process.env.KUBE_APISERVER;

if (program === undefined)
  describe.skip('a real kube-apiserver: KUBE_APISERVER is not set; npm run test:sidecars builds one', () => {
    it('gives pods the sidecars that the code of inject computes', () => undefined);
  });
else {
  let server: ApiServer | undefined;
  testSidecars(
    'a real kube-apiserver',
    async () => {
      const cluster = await startRealCluster(program);
      server = cluster.server;
      return cluster;
    },
    () => {
      const started = () => {
        if (server === undefined) throw new Error('the API server has not started');
        return server;
      };
      testRefreshPolicy(started);
      testOwnObjectsPolicy(started);
    },
  );
}
