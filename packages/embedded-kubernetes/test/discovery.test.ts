import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import type { JsonObject } from '../src/model/objects.ts';
import { send, startQuickCluster } from './harness.ts';

/** A resource as kube-apiserver 1.36.3 serves it, with the columns of its Table: `[name, type, format, priority]`. */
interface Recorded {
  readonly in: string;
  readonly name: string;
  readonly columns?: readonly unknown[];
}

const recorded = readFileSync(new URL('recorded/resources.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

/** What the embedded cluster does not serve, and why. */
const absent: Readonly<Record<string, string>> = {
  bindings: 'a scheduler of its own binds the pods',
  'pods/binding': 'a scheduler of its own binds the pods',
  'pods/resize': 'no containers run',
  componentstatuses: 'deprecated since 1.19: there are no components',
  'nodes/proxy': 'no kubelet listens',
  'services/proxy': 'no containers run',
};

const expected = recorded.filter(({ name }) => !(name in absent));

describe('discovery', () => {
  let cluster: Cluster;
  const get = async (path: string, accept = 'application/json') =>
    (await send(cluster, 'GET', path, undefined, { accept })).body;
  const pathOf = (groupVersion: string) => `/${groupVersion.includes('/') ? 'apis' : 'api'}/${groupVersion}`;

  beforeAll(async () => {
    cluster = await startQuickCluster({ definitions: [] });
  });
  afterAll(() => cluster.stop());

  it('serves the resources of a real API server: names, scopes, verbs, short names, categories', async () => {
    const versions = [...new Set(expected.map((resource) => resource.in))];
    const served = await Promise.all(
      versions.map(async (version) =>
        ((await get(pathOf(version))).resources as JsonObject[]).map((resource) => ({
          in: version,
          ...resource,
        })),
      ),
    );
    expect(served.flat()).toEqual(expected.map(({ columns: _, ...resource }) => resource));
  });

  it('has the groups and versions of a real API server, in its order', async () => {
    const { groups } = (await get('/apis')) as unknown as {
      groups: { versions: { groupVersion: string }[] }[];
    };
    const served = groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion));
    expect(served).toEqual(
      [...new Set(recorded.map((resource) => resource.in))].filter((each) => each !== 'v1'),
    );
  });

  it.each(expected.filter(({ columns }) => columns))('prints the columns of $in $name', async (resource) => {
    const table = await get(
      `${pathOf(resource.in)}/${resource.name}`,
      'application/json;as=Table;v=v1;g=meta.k8s.io',
    );
    const columns = (table.columnDefinitions as JsonObject[]).map(({ name, type, format, priority }) => [
      name,
      type,
      format,
      priority,
    ]);
    expect(columns).toEqual(resource.columns);
  });

  it('serves the same in one document, to clients that ask for it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { headers, body } = await send(cluster, 'GET', '/apis', undefined, { accept });
    expect(headers.get('content-type')).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    expect(body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const names = body.items.flatMap((group) =>
      (
        group as unknown as { versions: { version: string; resources: { resource: string }[] }[] }
      ).versions.flatMap(({ version, resources }) =>
        resources.map(({ resource }) => `${group.metadata.name}/${version} ${resource}`),
      ),
    );
    const main = expected.filter(({ name, in: version }) => !name.includes('/') && version !== 'v1');
    expect(names).toEqual(main.map(({ name, in: version }) => `${version} ${name}`));
    const core = await get('/api', accept);
    expect(JSON.stringify(core)).toContain(
      '{"subresource":"eviction","responseKind":{"group":"policy","version":"v1","kind":"Eviction"},"verbs":["create"]}',
    );
  });

  it('says which kinds it serves', () => {
    expect(cluster.serves('apps/v1', 'StatefulSet')).toBe(true);
    expect(cluster.serves('autoscaling/v1', 'HorizontalPodAutoscaler')).toBe(true);
    expect(cluster.serves('cert-manager.io/v1', 'Certificate')).toBe(false);
    expect(cluster.serves('policy/v1beta1', 'PodDisruptionBudget')).toBe(false);
  });
});
