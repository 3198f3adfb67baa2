import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { meshObjects } from '../bench/mesh/mesh-objects.ts';
import { measureMeshRates } from '../bench/mesh/mesh-rates.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { buildPeer, isGoMissing, startPeer, stopPeer } from './peer.ts';
import { until } from './until.ts';

const count = 50;
const routes = 3;
/** The mesh, and of each count a node, a router with its routes, and a service. */
const resources = 1 + count * (3 + routes);

/**
 * `npm run bench:peers`: the first apply of one mesh, 50 nodes, 50 routers with 3 routes each and 50 services, by the App
 * Mesh controller's reconcilers and by reconcile-mesh, each against an embedded App Mesh that answers after 30 ms and
 * throttles nothing. Seconds from the objects being there to App Mesh holding all of them. The controller asks again for
 * what is not active yet with a pause that doubles, so that its figure is the larger the busier the machine.
 */
async function main(): Promise<void> {
  if (isGoMissing) return console.log('skipped: go is not on the PATH');
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  try {
    const program = buildPeer('app-mesh-controller', folder);
    const theirs = await measureController(program);
    console.log(`App Mesh controller 1.1.1: ${theirs.toFixed(1)} s for ${resources} resources`);
    const ours = await measureMeshRates({ count });
    console.log(`reconcile-mesh: ${ours.seconds.toFixed(1)} s, ${ours.calls} calls, ${ours.runs} runs`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureController(program: string): Promise<number> {
  await using embedded = await startEmbedded();
  embedded.appMesh.settings.rates = {};
  embedded.appMesh.faults.delay('*', { beforeMs: 15, afterMs: 15 });
  const controller = startPeer(program, embedded);
  try {
    const [namespace, mesh, ...members] = meshObjects(count, { routes }) as unknown as JsonObject[];
    embedded.cluster.apply([namespace ?? {}, named(mesh ?? {}, { awsName: 'bench' })]);
    await until('the mesh', 1, () => embedded.appMesh.snapshot().length);
    const startedAt = performance.now();
    embedded.cluster.apply(members.map((member) => asWebhookLeft(embedded, member)));
    const options = { timeoutMs: 300_000 };
    await until('resources of App Mesh', resources, () => embedded.appMesh.snapshot().length, options);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await stopPeer(controller);
  }
}

/** With the name and the reference that the controller's webhooks write. */
function asWebhookLeft({ cluster }: Embedded, object: JsonObject): JsonObject {
  const { namespace, name } = object.metadata as { readonly namespace: string; readonly name: string };
  const mesh = cluster.api.list('meshes.appmesh.k8s.aws')[0];
  const awsName = object.kind === 'VirtualService' ? `${name}.${namespace}` : `${name}_${namespace}`;
  const meshRef = { name: mesh?.metadata.name ?? '', uid: mesh?.metadata.uid ?? '' };
  // Its Cloud Map half is not measured.
  const serviceDiscovery = { dns: { hostname: `${name}.example.com` } };
  return named(object, { awsName, meshRef, ...(object.kind === 'VirtualNode' && { serviceDiscovery }) });
}

function named(object: JsonObject, spec: JsonObject): JsonObject {
  return { ...object, spec: { ...(object.spec as JsonObject), ...spec } };
}

await main();
