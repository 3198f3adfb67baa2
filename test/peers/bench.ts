import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { appMeshService } from '@eks-mesh-sync/embedded-aws/app-mesh-service.ts';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { meshObjects } from '../bench/mesh/mesh-objects.ts';
import { startBenchSystem } from '../bench/system.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { buildPeer, isGoMissing, startPeer, stopPeer } from './peer.ts';
import { until } from './until.ts';

const count = 50;
const routes = 3;
/** The mesh, and of each count a node, a router with its routes, and a service. */
const resources = 1 + count * (3 + routes);

/**
 * `npm run bench:peers`: the first apply of one mesh, 50 nodes, 50 routers with 3 routes each and 50 services, by the App
 * Mesh controller's reconcilers, and then by the whole of this system: relay, bus, queue, functions and table. Both change
 * the same embedded App Mesh, which answers after 30 ms and throttles nothing, and each watches an API server of its own.
 * Seconds from the objects being there to App Mesh holding all of them; the mesh is there before. The controller asks again
 * for what is not active yet with a pause that doubles, so that its figure is the larger the busier the machine.
 */
async function main(): Promise<void> {
  if (isGoMissing) return console.log('skipped: go is not on the PATH');
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  try {
    await using embedded = await startEmbedded();
    embedded.appMesh.settings.rates = {};
    embedded.appMesh.faults.delay('*', { beforeMs: 15, afterMs: 15 });
    const theirs = await measureController(buildPeer('app-mesh-controller', folder), embedded);
    console.log(`App Mesh controller 1.1.1: ${theirs.toFixed(1)} s for ${resources} resources`);
    const ours = await measureSystem(embedded.appMesh);
    console.log(`eks-mesh-sync: ${ours.toFixed(1)} s for ${resources} resources`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureController(program: string, embedded: Embedded): Promise<number> {
  const controller = startPeer(program, embedded);
  try {
    const [namespace, mesh, ...members] = meshObjects(count, { routes }) as unknown as JsonObject[];
    embedded.cluster.apply([namespace ?? {}, named(mesh ?? {}, { awsName: 'bench' })]);
    await heldBy(embedded.appMesh, 1);
    const startedAt = performance.now();
    embedded.cluster.apply(members.map((member) => asWebhookLeft(embedded, member)));
    await heldBy(embedded.appMesh, resources);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await stopPeer(controller);
  }
}

async function measureSystem(appMesh: AppMesh): Promise<number> {
  await using system = await startBenchSystem({ fromMs: 0, toMs: 0 }, [appMeshService(appMesh)]);
  const objects = meshObjects(count, { mesh: 'other', routes }) as unknown as JsonObject[];
  system.cluster.apply(objects.slice(0, 2));
  await heldBy(appMesh, resources + 1);
  const startedAt = performance.now();
  system.cluster.apply(objects.slice(2));
  await heldBy(appMesh, 2 * resources);
  return (performance.now() - startedAt) / 1000;
}

function heldBy(appMesh: AppMesh, expected: number): Promise<void> {
  return until('resources of App Mesh', expected, () => appMesh.snapshot().length, { timeoutMs: 300_000 });
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
