import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { kubectl, kubectlMissing, startQuickCluster } from '../harness.ts';

const certificate = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'tls' },
  spec: { secretName: 'tls' },
};
const noMatch = 'no matches for kind "Certificate" in version "cert-manager.io/v1"';

/** The texts were compared with those of a kube-apiserver 1.36.3, with kubectl 1.27 to 1.35. */
describe.skipIf(kubectlMissing)(
  `kubectl of unknown kinds${kubectlMissing ? ` (${kubectlMissing})` : ''}`,
  () => {
    let cluster: Cluster;
    const run = (args: string, input?: string) => kubectl(cluster, args, input);

    beforeAll(async () => {
      cluster = await startQuickCluster({ definitions: [] });
    });
    afterAll(() => cluster.stop());

    it.each([
      'apply -f -',
      'apply --server-side -f -',
      'apply --dry-run=server -f -',
      'create -f -',
      'replace -f -',
      'delete -f -',
      'diff -f -',
    ])('kubectl %s', async (command) => {
      await expect(run(command, JSON.stringify(certificate))).rejects.toThrow(
        `kubectl ${command}: error: resource mapping not found for name: "tls" namespace: "" from "STDIN": ${noMatch}\nensure CRDs are installed first\n`,
      );
    });

    it('kubectl apply creates what it knows of a List', async () => {
      const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
      const list = { apiVersion: 'v1', kind: 'List', items: [settings, certificate] };
      await expect(run('apply -f -', JSON.stringify(list))).rejects.toThrow(noMatch);
      expect(cluster.api.get('configmaps', 'default', 'settings')).toBeDefined();
    });

    it('kubectl apply of a version that is no longer served', async () => {
      const old = { apiVersion: 'batch/v1beta1', kind: 'CronJob', metadata: { name: 'old' } };
      await expect(run('apply -f -', JSON.stringify(old))).rejects.toThrow(
        'no matches for kind "CronJob" in version "batch/v1beta1"\nensure CRDs are installed first\n',
      );
    });

    it('kubectl get and kubectl explain', async () => {
      await expect(run('get certificates')).rejects.toThrow(
        'error: the server doesn\'t have a resource type "certificates"',
      );
      await expect(run('explain certificate')).rejects.toThrow(
        'the server doesn\'t have a resource type "certificate"',
      );
    });
  },
);

describe.skipIf(kubectlMissing)(`kubectl explain${kubectlMissing ? ` (${kubectlMissing})` : ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startQuickCluster({ definitions: [] });
  });
  afterAll(() => cluster.stop());

  it('shows the fields of built-in kinds, which are required, and what they are for', async () => {
    const output = await kubectl(cluster, 'explain deployment.spec');
    expect(output).toContain('FIELD: spec <DeploymentSpec>');
    expect(output).toMatch(/ {2}replicas\t<integer>\n {4}Number of desired pods\./);
    expect(output).toMatch(/ {2}selector\t<LabelSelector> -required-/);
  });

  it('shows the same from OpenAPI v2, which kubectl reads in protobuf', async () => {
    const output = await kubectl(cluster, 'explain service.spec.ports --output=plaintext-openapiv2');
    expect(output).toMatch(
      / {3}port\t<integer> -required-\n {5}The port that will be exposed by this service\./,
    );
    expect(output).toMatch(/ {3}targetPort\t<string>/);
    expect(cluster.requests.size).toBe(0);
  });
});
