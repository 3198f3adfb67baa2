import { expect, it } from 'vitest';
import { modeKey } from '../../inject/settings.ts';
import { lastOf, type RealCluster } from './real-cluster.ts';

/** The API server checks pods by the Pod Security Standards after their proxies were added. */
export function testPodSecurity(started: () => RealCluster): void {
  const labels = (level: string) => ({
    [modeKey]: 'enabled',
    'pod-security.kubernetes.io/enforce': level,
  });
  const securityContext = {
    ...{ runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const podWith = (name: string, annotations: Readonly<Record<string, string>>) => ({
    metadata: { name, labels: { kind: 'VirtualNode' }, annotations },
    spec: { containers: [{ name: 'app', image: 'app', securityContext }] },
  });

  for (const level of ['baseline', 'restricted'])
    it(`allows a sidecar in a namespace that enforces ${level} only without the init container`, async () => {
      const cluster = started();
      await cluster.createNamespace(level, labels(level));
      await cluster.createObject(level, lastOf('VirtualNode'));
      const refused = { refusal: expect.stringContaining('"proxyinit" must') };
      // A moment passes until the policy knows the virtual node.
      await expect.poll(() => cluster.createPod(level, podWith('init', {}), true)).toEqual(refused);
      const annotations = { 'appmesh.k8s.aws/appmeshCNI': 'enabled' };
      expect(await cluster.createPod(level, podWith('cni', annotations))).toMatchObject({
        pod: { spec: { initContainers: [{ name: 'envoy' }] } },
      });
    });
}
