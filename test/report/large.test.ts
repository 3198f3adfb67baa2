import { describe, expect, it } from 'vitest';
import { Directory } from '../../shared/mesh/plan/directory.ts';
import { entryOf } from '../../shared/mesh/plan/entry.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { podOf } from '../../shared/model/pod.ts';
import type { PodRecord } from '../../shared/model/records/pod-record.ts';
import { serviceKeyOf } from '../../shared/pods/services/resolve-service.ts';
import type { ClusterFacts, ReportFacts, ServiceFacts } from '../../shared/report/plan/facts.ts';
import { keyText } from '../../shared/report/plan/facts.ts';
import { planReport } from '../../shared/report/plan/plan-report.ts';
import { pageOf } from '../../shared/report/view/page.ts';
import { registrationContextOf } from '../../shared/sweep/read-cluster.ts';

const nowMs = Date.UTC(2026, 10, 28);
const at = new Date(nowMs).toISOString();
const [config] = clustersFile.parse({ clusters: [{ name: 'large', mesh: 'app-mesh' }] }).clusters;
if (config === undefined) throw new Error('the cluster is missing');

const meta = (name: string, namespace?: string) => ({
  ...{
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    creationTimestamp: '2026-11-01T00:00:00Z',
    labels: {},
  },
  ...(namespace !== undefined && { namespace }),
});
const apiVersion = 'appmesh.k8s.aws/v1beta2';

/** Services with ten pods each, of which one service in ten has none registered. */
function largeFacts(services: number, podsEach: number): ReportFacts {
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  const namespaces = [...new Set(names.map((_, index) => `ns-${index % 50}`))];
  const nodes = names.map((name, index) => ({
    ...{ apiVersion, kind: 'VirtualNode', metadata: meta(name, `ns-${index % 50}`) },
    spec: {
      podSelector: { matchLabels: { app: name } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'large.local', serviceName: name } },
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    },
  }));
  const objects = [
    { apiVersion, kind: 'Mesh', metadata: meta('large'), spec: { namespaceSelector: {} } },
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: meta(name) })),
    ...nodes,
  ];
  const pods: PodRecord[] = [];
  const read = new Map<string, ServiceFacts>();
  names.forEach((name, index) => {
    const key = serviceKeyOf(config as never, { namespaceName: 'large.local', serviceName: name });
    const own = Array.from({ length: podsEach }, (_, pod) => recordOf(name, `ns-${index % 50}`, pod, index));
    pods.push(...own);
    const registered = index % 10 === 0 ? [] : own;
    read.set(keyText(key), {
      ...{ key, clusters: ['large'] },
      service: {
        ...{ id: `srv-${index}`, name, namespaceId: 'ns', namespaceKind: 'http', httpName: 'large.local' },
        hasCustomHealthCheck: true,
      },
      claims: new Map(
        registered.map(({ pod }) => [
          pod.ips[0] ?? '',
          {
            ...{ service: key, instanceId: pod.ips[0] ?? '', owner: pod, phase: 'applied' as const },
            ...{ serviceId: `srv-${index}`, touchedAtMs: 0, version: 1, waiting: [], waitRevision: 0 },
            fingerprint: 'f',
          },
        ]),
      ),
      instances: new Map(
        registered.map(({ pod }) => [pod.ips[0] ?? '', { health: 'HEALTHY', attributes: attributesOf(pod) }]),
      ),
    });
  });
  const entries = [objects[0], ...nodes].map((object) => entryOf(object as never));
  const labels = new Map(namespaces.map((name) => [name, {}]));
  const cluster: ClusterFacts = {
    ...{ config: config as never, pods, statuses: [], deadLetters: [], lastListedAtMs: nowMs },
    registrationContext: registrationContextOf(objects as never, undefined),
    directory: new Directory(entries, labels),
  };
  return {
    ...{
      nowMs,
      scope: {},
      clusterNames: ['large'],
      clusters: [cluster],
      services: read,
      deadLetterQueues: [],
      readFailures: [],
    },
    ...{ place: { kind: 'deployment', stage: 'production', region: 'us-west-2' }, serviceKeyOf },
  };
}

function recordOf(app: string, namespace: string, pod: number, index: number): PodRecord {
  const ip = `10.${Math.floor(index / 250)}.${index % 250}.${pod}`;
  const metadata = {
    ...meta(`${app}-${pod}`, namespace),
    labels: { app, version: 'v1', 'pod-template-hash': 'abc' },
  };
  const conditions = [
    { type: 'Ready', status: 'True' },
    { type: 'ContainersReady', status: 'True' },
  ];
  const status = { phase: 'Running', podIPs: [{ ip }], conditions };
  const object = { metadata, spec: { nodeName: 'node-1' }, status };
  return { pod: podOf('large', object as never, undefined), deleted: false, registrations: [], problems: [] };
}

function attributesOf({ name, namespace, uid, ips }: PodRecord['pod']): Record<string, string> {
  return {
    ...{ app: 'x', version: 'v1', 'k8s.io/pod': name, 'k8s.io/namespace': namespace, 'k8s.io/pod-uid': uid },
    ...{ 'k8s.io/cluster': 'large', AWS_INSTANCE_IPV4: ips[0] ?? '', AWS_INSTANCE_PORT: '8080' },
  };
}

describe('a report of 1,000 services and 10,000 pods', () => {
  it('is under 3 MB as an answer of Lambda, and says what it leaves out', () => {
    const facts = largeFacts(1_000, 10);
    const startMs = performance.now();
    const report = planReport(facts);
    const page = pageOf(report);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(3_000_000);
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(3_000_000);
    expect(report.clusters[0]?.pods).toMatchObject({ registered: 0, failing: 10_000 });
    expect(page).toContain('The first 300 of 10,000 pods are shown.');
    expect(page).toMatch(/The first 70 of 1,000 objects are shown\./);
    expect(report.generatedAt).toBe(at);
  });
});
