import { describe, it } from 'vitest';
import { testSidecars } from './contract.ts';
import { testOwnObjectsPolicy } from './own-objects.ts';
import { testPodSecurity } from './pod-security.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { testRefreshPolicy } from './refresh.ts';
import { testWarnings } from './warnings.ts';

/** The program that `npm run test:sidecars` builds. */
const program = process.env.KUBE_APISERVER;

if (program === undefined)
  describe.skip('a real kube-apiserver: KUBE_APISERVER is not set; npm run test:sidecars builds one', () => {
    it('gives pods the sidecars that the code of inject computes', () => undefined);
  });
else {
  let cluster: RealCluster | undefined;
  const started = () => {
    if (cluster === undefined) throw new Error('the API server has not started');
    return cluster;
  };
  testSidecars(
    'a real kube-apiserver',
    async () => {
      cluster = await startRealCluster(program);
      return cluster;
    },
    () => {
      testRefreshPolicy(() => started().server);
      testOwnObjectsPolicy(() => started().server);
      testWarnings(() => started().server);
      testPodSecurity(started);
    },
  );
}
