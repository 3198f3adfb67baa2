import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, startAndExit } from './run.ts';
import { copies, fragments, missingVectors, pathOf, wholeFiles, yelbFolder } from './vectors.ts';

const teams = new URL('../../../examples/teams/', import.meta.url).pathname;
const manifests = (paths: readonly string[]) => paths.flatMap((path) => ['--manifest', path]);
const skipped = missingVectors === undefined ? '' : ` (skipped: ${missingVectors})`;

describe('npm start --manifest FILE --exit with the files of five teams', () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await startAndExit(manifests([teams]));
  }, 90_000);

  it('ends with 0, and all that is selected is registered', () => {
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toMatch(/Mesh objects: 12\. Pods: 14 registered, 6 completed or terminating\.\n\n$/);
  });

  it('says what is skipped, and what is stored and does nothing', () => {
    expect(ended.stdout).toContain(
      'Certificate storefront/web-tls: skipped; the cluster has no definition of cert-manager.io/v1 Certificate\n',
    );
    expect(ended.stdout).toMatch(
      /ClusterRole, ClusterRoleBinding, HorizontalPodAutoscaler, Ingress, LimitRange, NetworkPolicy, .*: \d+ objects stored; they do nothing in this cluster\n/,
    );
  });

  it('registers the workers of a Job while they run, and no longer', () => {
    const lines = ended.stdout
      .split('\n')
      .filter((line) => line.includes('store.local/backfill-workers: instance'));
    const of = (end: string) => lines.filter((line) => line.includes(end)).length;
    // A worker that ends before its turn is not registered at all.
    expect(of('registered, HEALTHY')).toBeGreaterThan(0);
    expect(of('deregistered')).toBe(of('registered, HEALTHY'));
  });
});

describe(`npm start --manifest FILE --exit with manifests that people run${skipped}`, () => {
  const run = it.skipIf(missingVectors !== undefined);

  run(
    'ends with 0 for all applications at once, each with its variables',
    async () => {
      const files = [...wholeFiles(), ...fragments];
      const { folder, environment } = copies(files);
      const { status, stdout, stderr } = await startAndExit(
        [...manifests(files.map((file) => join(folder, file))), '--substitute'],
        environment,
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).not.toContain('Conditions that are not True');
      expect(stdout).toMatch(
        /Mesh objects: 57\. Pods: 9 registered, 17 that nothing selects for Cloud Map\.\n\n$/,
      );
    },
    120_000,
  );

  run(
    'ends with 1 for objects without a mesh, and says why of each',
    async () => {
      const environment = { APP_NAMESPACE: 'apps' };
      const paths = [yelbFolder, ...fragments.map(pathOf)];
      const { status, stdout, stderr } = await startAndExit(
        [...manifests(paths), '--substitute'],
        environment,
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(/^Not in sync: 13 conditions are not True\n/);
      const why = (kind: string, name: string, namespace: string) =>
        `  ${kind} ${namespace}/${name}: ${kind}Active is False, NotMember: no Mesh selects namespace ${namespace} by its namespaceSelector\n`;
      for (const name of ['redis-server', 'yelb-appserver', 'yelb-appserver-v2', 'yelb-db', 'yelb-ui'])
        expect(stdout).toContain(why('VirtualNode', name, 'yelb'));
      for (const name of ['redis-server', 'yelb-appserver', 'yelb-db', 'yelb-ui'])
        expect(stdout).toContain(why('VirtualService', name, 'yelb'));
      expect(stdout).toContain(why('VirtualRouter', 'yelb-appserver', 'yelb'));
      for (const name of ['header-match', 'prefix-match', 'rewrite-prefix'])
        expect(stdout).toContain(why('GatewayRoute', name, 'apps'));
      expect(stdout).toContain('Namespace yelb: created without labels; no manifest has it\n');
      expect(stdout).toMatch(
        /VirtualRouter yelb\/yelb-appserver: found 3 times \(.*\); the last one counts\n/,
      );
    },
    90_000,
  );

  run('starts nothing if a name has a variable that nothing replaces', async () => {
    const { status, stdout, stderr } = await startAndExit(manifests([pathOf('howto-k8s-http2.yaml')]));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('--substitute');
    expect(stderr).toContain('APP_NAMESPACE');
  });
});

describe('npm start --manifest FILE --exit with a file that cannot be read', () => {
  it('ends with 1, applies nothing, and names every fault of the other files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
    writeFileSync(join(folder, 'a.yaml'), 'apiVersion: v1\n kind: Pod\n');
    writeFileSync(join(folder, 'b.yaml'), unreadable);
    const { status, stdout, stderr } = await startAndExit(manifests([folder]));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const lines = stderr.replaceAll(`${folder}/`, '').split('\n');
    expect(lines[0]).toMatch(/^a\.yaml:1: not valid YAML: /);
    expect(lines.filter((line) => !line.startsWith('a.yaml:'))).toEqual([
      'b.yaml:1 (document 1): Namespace: metadata.name: expected a text; found yes, which YAML reads as the boolean true: put it in quotes: "yes"',
      '',
      'Refused by the API server:',
      expect.stringMatching(
        /^b\.yaml:5 \(document 2\): VirtualNode shop\/cart refused: .*\(oneOf\)\. Found none valid/,
      ),
      '    line 12: spec.listeners[0].tls.certificate: expected exactly one of acm, file, sds; found none',
      '',
      'Nothing was applied, since a file cannot be read.',
      '',
    ]);
  });
});

const unreadable = `apiVersion: v1
kind: Namespace
metadata: { name: yes }
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: cart, namespace: shop }
spec:
  listeners:
    - portMapping: { port: 8080, protocol: http }
      tls:
        certificate: {}
        mode: STRICT
  serviceDiscovery: { dns: { hostname: cart.shop } }
`;

describe('npm start --manifest FILE --exit with workloads that do not run', () => {
  it('ends with 1, and says why of the pod that crashes and of the node that nothing fits', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'manifests-')), 'broken.yaml');
    writeFileSync(path, broken);
    const { status, stdout, stderr } = await startAndExit(manifests([path]));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Not in sync: .*2 pods are not registered/);
    expect(stdout).toMatch(
      / {2}Pod shop\/crash-0: ContainersNotReady: .*: containers with unready status: \[main\]\n/,
    );
    expect(stdout).toMatch(
      / {2}Pod shop\/far-0: .*PodScheduled is False \(Unschedulable\): 0\/2 nodes are available/,
    );
  }, 90_000);
});

const statefulSet = (name: string, annotations: string, spec: string) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name}, namespace: shop }
spec:
  serviceName: ${name}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, mesh: "yes" }, annotations: { ${annotations} } }
    spec:
      ${spec}
      containers: [{ name: main, image: "app:1" }]
---`;

const broken = `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { mesh: shop } }
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: { name: shop }
spec: { namespaceSelector: { matchLabels: { mesh: shop } } }
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: all, namespace: shop }
spec:
  podSelector: { matchLabels: { mesh: "yes" } }
  listeners: [{ portMapping: { port: 8080, protocol: http } }]
  serviceDiscovery: { awsCloudMap: { namespaceName: shop.local, serviceName: all } }
---
${statefulSet('crash', 'embedded.eks-mesh-sync/run-for: 1ms, embedded.eks-mesh-sync/exit-code: "1"', '')}
${statefulSet('far', '', 'nodeSelector: { topology.kubernetes.io/zone: eu-west-1a }')}
`;
