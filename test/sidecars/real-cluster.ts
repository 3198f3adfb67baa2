import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import type { Pod, ProxyObject } from '../../inject/pod.ts';
import { modeKey } from '../../inject/settings.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { clusterOf, eventually, ok, pluralOf } from './client.ts';
import { createCases, type SidecarCluster } from './contract.ts';

const policyApi = '/apis/admissionregistration.k8s.io/v1';

export interface RealCluster extends SidecarCluster {
  readonly server: ApiServer;
}

/** A kube-apiserver with deploy/sidecars.yaml, which has read the namespaces and objects of all cases. */
export async function startRealCluster(program: string): Promise<RealCluster> {
  const server = await startApiServer(program);
  await install(server);
  const cluster = clusterOf(server.send, server.stop);
  await createCases(cluster);
  await waitUntilInEffect(cluster);
  return { ...cluster, server };
}

async function install(server: ApiServer): Promise<void> {
  for (const definition of meshDefinitions() as readonly { metadata: { name: string } }[])
    await ok(
      server.apply(
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`,
        definition,
      ),
    );
  const { items } = parse(readFileSync(new URL('../../deploy/sidecars.yaml', import.meta.url), 'utf8'), {
    maxAliasCount: -1,
  }) as { readonly items: readonly { kind: string; metadata: { name: string } }[] };
  for (const policy of items)
    await ok(server.apply(`${policyApi}/${pluralOf(policy.kind)}/${policy.metadata.name}`, policy));
}

/** Objects are read in order: once a policy knows the last one of each kind, it knows all. */
async function waitUntilInEffect(cluster: SidecarCluster): Promise<void> {
  const namespace = 'last';
  await cluster.createNamespace(namespace, { [modeKey]: 'enabled' });
  for (const kind of ['VirtualNode', 'VirtualGateway'] as const) {
    await cluster.createObject(namespace, lastOf(kind));
    const pod: Pod = {
      metadata: { name: 'last', labels: { kind } },
      spec: { containers: [{ name: 'envoy', image: 'envoy' }] },
    };
    await eventually(async () => {
      const created = await cluster.createPod(namespace, pod, true);
      return { status: 'pod' in created ? 201 : 422, body: created as never };
    });
  }
}

export function lastOf(kind: ProxyObject['kind']): ProxyObject {
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
  const serviceDiscovery = { dns: { hostname: 'last.svc' } };
  const spec = { podSelector: { matchLabels: { kind } }, listeners };
  return { kind, name: 'last', spec: kind === 'VirtualNode' ? { ...spec, serviceDiscovery } : spec };
}
