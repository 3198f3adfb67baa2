import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { privateIdentity } from '../../../playground/identity.ts';
import { watchCluster } from '../../../playground/kubeconfig/real-cluster.ts';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import { kubeconfigOf } from '../../playground/kubeconfig/secure-cluster.ts';
import { startApiServer } from '../../sidecars/api-server.ts';
import { ok } from '../../sidecars/client.ts';
import { awsOperations, podManifest, startAwsAndRelay } from '../system.ts';
import type { GateCluster } from './gate-cluster.ts';

const pods = '/api/v1/namespaces/bench/pods';

/**
 * With a real kube-apiserver and its etcd, reached as by `npm start -- --kubeconfig --write-status`. There is no kubelet: the
 * status of a pod is written here.
 */
export async function startKubeApiServer(program: string): Promise<GateCluster> {
  await using started = new AsyncDisposableStack();
  const server = await startApiServer(program);
  started.defer(() => server.stop());
  for (const definition of meshDefinitions() as readonly object[])
    await ok(server.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition));
  await ok(server.send('POST', '/api/v1/namespaces', { metadata: { name: 'bench' } }));
  const folder = mkdtempSync(join(tmpdir(), 'gates-'));
  started.defer(() => rmSync(folder, { recursive: true }));
  const kubeconfig = join(folder, 'config');
  const cluster = { server: server.url, 'insecure-skip-tls-verify': true };
  writeFileSync(kubeconfig, kubeconfigOf(cluster, { token: 'admin' }));
  const identity = privateIdentity();
  const options = { kubeconfig, writesStatus: true, identity, folder };
  const { endpoint, relayArgs } = await watchCluster(options, started, () => {});
  const reached = { endpoint, relayArgs, identity };
  const cloudMap = await startAwsAndRelay(reached, { operations: awsOperations }, started);
  const stack = started.move();
  let created = 0;
  return {
    cloudMap,
    createPod: async (name) => {
      const address = `10.1.${created >> 8}.${created++ & 255}`;
      const { spec, ...manifest } = podManifest(name, [cloudMapReadinessGate]);
      const pod = { ...manifest, spec: { ...spec, automountServiceAccountToken: false } };
      await ok(server.send('POST', pods, pod));
      const headers = { 'content-type': 'application/merge-patch+json' };
      await ok(server.send('PATCH', `${pods}/${name}/status`, { status: runningAt(address) }, headers));
    },
    watchPods: async () => {
      const headers = { authorization: 'Bearer admin' };
      const request = get(`${server.url}${pods}?watch=true`, { headers, rejectUnauthorized: false });
      const [response] = await once(request, 'response');
      return response as IncomingMessage;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** As the kubelet writes it of a pod whose containers are ready, and whose gate is not. */
function runningAt(podIP: string): object {
  const lastTransitionTime = new Date().toISOString();
  return {
    ...{ phase: 'Running', podIP, podIPs: [{ ip: podIP }] },
    conditions: [
      { type: 'ContainersReady', status: 'True', lastTransitionTime },
      { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', lastTransitionTime },
    ],
  };
}
