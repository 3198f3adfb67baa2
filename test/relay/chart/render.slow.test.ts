import { readFileSync } from 'node:fs';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { optionsOf } from './container.ts';
import { chartFolder, helm, helmIsMissing, type Manifest, render, runHelm } from './helm.ts';
import { matrix, required, type Values } from './helm-values.ts';
import { podMonitors } from './pod-monitors.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster({ port: 0, definitions: [...meshDefinitions(), podMonitors] });
  for (const name of ['mesh-system', 'shop', 'apps'])
    cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
});
afterEach(() => cluster.stop());

const kindsOf = (objects: readonly Manifest[]) => objects.map(({ kind }) => kind);
const find = (objects: readonly Manifest[], kind: string) => {
  const found = objects.find((object) => object.kind === kind);
  if (!found) throw new Error(`no ${kind} among ${kindsOf(objects)}`);
  return found;
};
const podOf = (values: Values) => find(render({ ...required, ...values }), 'Deployment').spec.template.spec;

describe.skipIf(helmIsMissing)(`the chart, as ${helm || helmIsMissing} renders it`, () => {
  it.each(Object.entries(matrix))('an API server accepts each field that is rendered of %s', (_, values) => {
    const objects = render({ ...required, ...values });
    expect(cluster.apply(objects).map(({ action }) => action)).toEqual(objects.map(() => 'created'));
  });

  it('an API server that checks fields strictly would find a field that is not there', () => {
    const [account] = render(required);
    expect(() => cluster.apply([{ ...account, automount: false }])).toThrow(/unknown field "automount"/);
  });

  it.each(Object.entries(matrix))('helm lint --strict finds nothing with %s', (_, values) => {
    const { status, output } = runHelm(['lint', '--strict', chartFolder], { ...required, ...values });
    expect(output).toContain('0 chart(s) failed');
    expect(status).toBe(0);
  });

  it.each([
    ['replicas', { replicas: 0 }],
    ['lease', { lease: { durationSeconds: 1 } }],
    ['proxy', { proxy: { httpsProxy: 'proxy.example:3128' } }],
    ['extraCa', { extraCa: { configMap: 'a', secret: 'b' } }],
    ['networkPolicy', { networkPolicy: { awsCidrs: [] } }],
    ['podMonitor', { podMonitor: { interval: 'often' } }],
    ['extraEnv', { extraEnv: [{ value: 'x' }] }],
    ['region', { region: '' }],
    ['image', { image: { repository: '' } }],
    ['repository', { image: { repository: 'registry.example/relay:0.1.0' } }],
    ['repository', { image: { repository: 'https://registry.example/relay' } }],
    ['repository', { image: { repository: 'registry.example/Relay' } }],
    ['repository', { image: { repository: `registry.example/relay@sha256:${'0'.repeat(64)}` } }],
    ['tag', { image: { repository: 'registry.example/relay', tag: '0.1.0:latest' } }],
    ['tag', { image: { repository: 'registry.example/relay', tag: 'sha256:0' } }],
    ['serviceAccount', { serviceAccount: { name: 'Relay_1' } }],
    ['unknown', { unknown: true }],
  ])('helm refuses a wrong value and names %s', (name, values) => {
    const { status, output } = runHelm(['template', 'relay', chartFolder], { ...required, ...values });
    expect(status).not.toBe(0);
    expect(output).toContain(name);
  });

  it.each([
    ['cluster', { cluster: '' }, 'expected the name of the EKS cluster'],
    ['eventBus', { eventBus: '' }, "expected the stack's output EventBusName, eks-mesh-sync-<stage>"],
    ['region', { region: '' }, 'expected the Region of the event bus'],
    ['image.repository', { image: { repository: '' } }, "expected where the relay's image was pushed"],
  ])('helm says that %s is not set, and what it must be', (name, values, expected) => {
    const { status, output } = runHelm(['template', 'relay', chartFolder], { ...required, ...values });
    expect(status).not.toBe(0);
    expect(output).toContain(`${name} is not set; ${expected}`);
  });

  it.each([
    ['registry.example:5000/mesh/relay', '1.2.3-rc.1', 'registry.example:5000/mesh/relay:1.2.3-rc.1'],
    ['relay', 'v1_0', 'relay:v1_0'],
    ['ghcr.io/a__b/c--d/relay', '', 'ghcr.io/a__b/c--d/relay:0.1.0'],
    ['ghcr.io/relay', `1.0@sha256:${'0'.repeat(64)}`, `ghcr.io/relay:1.0@sha256:${'0'.repeat(64)}`],
  ])('helm takes the repository %s with the tag %j', (repository, tag, image) => {
    expect(podOf({ image: { repository, tag } }).containers[0].image).toBe(image);
  });

  it('helm refuses the ARN of an event bus in another Region than region', () => {
    const bus = (region: string) =>
      `arn:aws:events:${region}:123456789012:event-bus/eks-mesh-sync-production`;
    const { status, output } = runHelm(['template', 'relay', chartFolder], {
      ...{ ...required, region: 'us-west-2', eventBus: bus('eu-west-1') },
    });
    expect(status).not.toBe(0);
    expect(output).toContain('eventBus is in eu-west-1, and region is us-west-2; expected the same Region');
    expect(podOf({ region: 'us-west-2', eventBus: bus('us-west-2') }).containers[0].image).toBeDefined();
  });

  it('helm refuses each variable in extraEnv that a value sets, and names the value', () => {
    const variables = [
      ...readFileSync(`${chartFolder}/templates/deployment.yaml`, 'utf8').matchAll(/- name: ([A-Z_]+)$/gm),
    ].map(([, name]) => name ?? '');
    expect(variables.length).toBeGreaterThan(12);
    for (const name of [...variables, 'http_proxy', 'HTTP_PORT']) {
      const { status, output } = runHelm(['template', 'relay', chartFolder], {
        ...{ ...required, extraEnv: [{ name, value: 'x' }] },
      });
      expect([name, status]).not.toEqual([name, 0]);
      expect(output).toMatch(
        new RegExp(`extraEnv has ${name}[,;] (use the value [a-zA-Z.]+ instead|and the)`),
      );
    }
  });

  it('helm refuses the same variable twice in extraEnv', () => {
    const extraEnv = ['A', 'B', 'A'].map((name) => ({ name, value: 'x' }));
    const { output } = runHelm(['template', 'relay', chartFolder], { ...required, extraEnv });
    expect(output).toContain('extraEnv has A twice');
  });

  it('one replica is replaced, several are rolled, share a lease and have a PodDisruptionBudget', () => {
    const one = render(required);
    expect(find(one, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(kindsOf(one)).toEqual(['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Deployment']);
    const two = render({ ...required, replicas: 2 });
    expect(find(two, 'Deployment').spec).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(find(two, 'PodDisruptionBudget').spec.selector).toEqual(find(two, 'Deployment').spec.selector);
    expect(find(two, 'Deployment').spec.template.spec.topologySpreadConstraints).toHaveLength(2);
  });

  it('the variables of the container are options that the relay takes', () => {
    const environment = { ...required, ...matrix['two replicas with everything'] };
    expect(optionsOf(podOf(environment).containers[0])).toMatchObject({
      ...{ cluster: 'production', eventBusName: 'eks-mesh-sync-production', namespaces: ['shop', 'apps'] },
      ...{ pageSize: 100, timing: { confirmMs: 60_000 }, logLevel: 'debug' },
      lease: { namespace: 'mesh-system', name: 'relay-lease', durationMs: 30_000 },
    });
    expect(optionsOf(podOf({}).containers[0]).lease).toBeUndefined();
  });

  it('the pod is the restricted one of the Pod Security Standards and mounts only what it reads', () => {
    const pod = podOf({});
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    const [{ projected }, ...others] = pod.volumes;
    expect(others).toEqual([]);
    expect(projected.sources).toEqual([
      { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    ]);
  });

  it('the NetworkPolicy lets out DNS, TLS and the agent of Pod Identity, and the proxies by their ports', () => {
    const ports = (values: Values) =>
      find(render({ ...required, ...values }), 'NetworkPolicy').spec.egress.map(
        ({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port),
      );
    const networkPolicy = { enabled: true };
    expect(ports({ networkPolicy })).toEqual([[53, 53], [443], [443], [80]]);
    const proxy = { httpProxy: 'http://proxy.example:3128', httpsProxy: 'http://[fd00::1]:8080/' };
    expect(ports({ networkPolicy, proxy })).toEqual([[53, 53], [443], [3128, 8080], [80]]);
    expect(ports({ networkPolicy, proxy: { httpsProxy: 'https://proxy.example' } })[2]).toEqual([443]);
  });
});
