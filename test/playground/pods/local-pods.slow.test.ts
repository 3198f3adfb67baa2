import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { at, listAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEnvoy, howToGetEnvoy } from '../../../playground/pods/find-envoy.ts';
import { type LocalPods, prepareLocalPods } from '../../../playground/pods/local-pods.ts';
import { mountPath } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import { proxyFiles } from './harness/proxy-files.ts';

const binary = findEnvoy();
const reason = binary === undefined ? ` (skipped: no Envoy. ${howToGetEnvoy})` : '';

const nginx = (location: string) => `server { listen 8080; ${location} }`;
const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

/** A pod of nginx with its configuration, and with an Envoy if there is a ConfigMap for it. */
function podOf(name: string, configuration: string, mesh?: string) {
  const envoy = {
    name: 'envoy',
    image: 'envoyproxy/envoy:v1',
    restartPolicy: 'Always',
    volumeMounts: [{ name: 'mesh', mountPath }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: {
      ...(mesh && { initContainers: [envoy] }),
      containers: [
        {
          name: 'nginx',
          image: 'nginx:1',
          ports: [{ containerPort: 8080, name: 'http' }],
          volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }],
        },
      ],
      volumes: [
        { name: 'conf', configMap: { name: configuration } },
        ...(mesh ? [{ name: 'mesh', configMap: { name: mesh } }] : []),
      ],
    },
  };
}

const service = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: 'plain' }, ...spec },
});

describe.skipIf(binary === undefined)(`pods on this machine${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-pods-'));
  const reports: string[] = [];
  let pods: LocalPods;
  let cluster: Cluster;

  beforeAll(async () => {
    pods = await prepareLocalPods({
      binary: binary ?? '',
      folder,
      report: (text) => reports.push(text),
      log: () => undefined,
    });
    cluster = await startCluster({
      port: 0,
      timings: { podStartMs: 10, podStopMs: 10 },
      ...pods.clusterOptions,
    });
    pods.watch(cluster.store);
    cluster.apply([
      configMap('plain', { 'a.conf': nginx('location = /id { return 200 \'{"id":"$hostname"}\'; }') }),
      configMap('front', {
        'a.conf': nginx('location /call { proxy_pass http://plain.default.svc.cluster.local:80/id; }'),
      }),
      podOf('plain', 'plain'),
      podOf('front', 'front'),
      service('plain', { ports: [{ port: 80, targetPort: 'http' }] }),
      service('headless', { clusterIP: 'None', ports: [{ port: 8080 }] }),
      service('none', { selector: { app: 'nothing' }, ports: [{ port: 80 }] }),
    ]);
  });
  afterAll(async () => {
    await cluster?.stop();
    await pods?.close();
  });

  const podNamed = (name: string) => cluster.store.get('pods', `default/${name}`);
  const addressOf = (name: string) => stringAt(podNamed(name), 'status', 'podIP');
  const isReady = (pod: KubernetesObject | undefined) =>
    listAt(pod, 'status', 'conditions').some(
      (each) => at(each, 'type') === 'Ready' && at(each, 'status') === 'True',
    );
  const ready = (name: string) => expect.poll(() => isReady(podNamed(name))).toBe(true);
  const get = async (url: string) => (await fetch(url)).text();

  it('a pod answers at the address that Kubernetes shows, as the configuration of its nginx says', async () => {
    await ready('plain');
    expect(await get(`http://${addressOf('plain')}:8080/id`)).toBe('{"id":"plain"}');
    expect((await fetch(`http://${addressOf('plain')}:8080/other`)).status).toBe(404);
  });

  it('a pod calls a Service by its name, whose port leads to a named port of a pod', async () => {
    await ready('front');
    expect(await get(`http://${addressOf('front')}:8080/call`)).toBe('{"id":"plain"}');
  });

  it('the DNS server knows Services, headless ones by their ready pods, and refuses other names of the cluster', async () => {
    const resolver = new Resolver({ tries: 1 });
    resolver.setServers([`${pods.dns.address}:${pods.dns.port}`]);
    const resolve = (name: string) => resolver.resolve4(`${name}.default.svc.cluster.local`);
    const clusterIp = stringAt(cluster.store.get('services', 'default/plain'), 'spec', 'clusterIP');
    expect(await resolve('plain')).toEqual([clusterIp]);
    expect(await resolve('headless')).toEqual([addressOf('plain')]);
    await expect(resolve('unknown')).rejects.toThrow('ENOTFOUND');
    await expect(resolver.resolve6('plain.default.svc.cluster.local')).rejects.toThrow('ENODATA');
  });

  it('a pod with an Envoy waits for its ConfigMap, then answers through it, and follows it when the pod changes', async () => {
    cluster.apply([podOf('meshed', 'plain', 'meshed.virtual-node')]);
    await expect
      .poll(() => reports)
      .toContain('pod default/meshed waits: ConfigMap "meshed.virtual-node" not found');
    expect(isReady(podNamed('meshed'))).toBe(false);
    cluster.apply([configMap('meshed.virtual-node', proxyFiles('/old', 201))]);
    await ready('meshed');
    const statusOf = async (path: string) =>
      (await fetch(`http://${addressOf('meshed')}:8080${path}`)).status;
    expect(await statusOf('/old')).toBe(201);
    cluster.apply([configMap('meshed.virtual-node', proxyFiles('/new', 202))]);
    expect(await statusOf('/old')).toBe(201);
    const annotated = podOf('meshed', 'plain', 'meshed.virtual-node');
    cluster.apply([{ ...annotated, metadata: { ...annotated.metadata, annotations: { seen: 'now' } } }]);
    await expect.poll(() => statusOf('/new'), { interval: 20 }).toBe(202);
    expect(await statusOf('/old')).toBe(404);
  });

  it('a pod that cannot listen says why, and is not ready', async () => {
    const web = { name: 'web', image: 'some/server', ports: [{ containerPort: 9000 }] };
    cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'twice', namespace: 'default' },
        spec: { containers: [web, { ...web, name: 'other' }] },
      },
    ]);
    await expect
      .poll(() => reports.join('\n'))
      .toMatch(
        /pod default\/twice cannot run here: container other cannot listen on 127\.\S+:9000: EADDRINUSE/,
      );
    expect(isReady(podNamed('twice'))).toBe(false);
  });

  it('an unknown image answers with what it received, over HTTP/1.1 and HTTP/2', async () => {
    const web = { name: 'web', image: 'some/server', ports: [{ containerPort: 9000 }] };
    cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'echo', namespace: 'default' },
        spec: { containers: [web] },
      },
    ]);
    await ready('echo');
    for (const version of ['--http1.1', '--http2-prior-knowledge']) {
      const url = `http://${addressOf('echo')}:9000/some/path`;
      const { stdout } = await promisify(execFile)('curl', ['-s', version, '-H', 'x-one: 1', url]);
      expect(JSON.parse(stdout)).toMatchObject({
        pod: 'echo',
        container: 'web',
        method: 'GET',
        path: '/some/path',
        headers: { 'x-one': '1' },
      });
    }
  });

  it('an Envoy that is killed is started again; meanwhile the pod is not ready', async () => {
    const local = pods.kubelet.pods.find(({ pod }) => pod.metadata.name === 'meshed');
    const pid = await serverPid(`http://${local?.place.pod}:9901/server_info`);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isReady(podNamed('meshed')), { interval: 5 }).toBe(false);
    await ready('meshed');
    expect(reports.join('\n')).toContain('Envoy was ended by a signal; it is started again');
  });

  it('a deleted pod ends, and nothing is left of it', async () => {
    const address = addressOf('meshed');
    for (const name of ['meshed', 'plain']) cluster.api.delete(podNamed(name) ?? fail());
    await expect.poll(() => readdirSync(folder).length).toBe(0);
    await expect(fetch(`http://${address}:8080/new`)).rejects.toThrow('fetch failed');
  });
});

function fail(): never {
  throw new Error('the pod is gone');
}

async function serverPid(url: string): Promise<number> {
  const info = (await (await fetch(url)).json()) as { command_line_options: { config_path: string } };
  const { config_path: path } = info.command_line_options;
  const { stdout } = await promisify(execFile)('pgrep', ['-f', path]);
  return Number(stdout.trim().split('\n')[0]);
}
