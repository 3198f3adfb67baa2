import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Embedded } from './embedded.ts';
import { aGateway, aMesh, aNamespace, deployment, members, type Uids } from './old-mesh.ts';
import { until } from './until.ts';

/** What waits for the others to be gone comes after them: the controller checks again only once a minute. */
const kindsByRank = [
  ['gatewayroutes', 'virtualservices', 'virtualrouters', 'virtualnodes'],
  ['virtualgateways'],
  ['meshes'],
];

/**
 * What people do with the App Mesh controller, with what has to come of it in Cloud Map, in App Mesh and on the objects:
 * a mesh applied, pods scaled, weights changed, all of it deleted with the controller's finalizers.
 */
export async function playMesh(embedded: Embedded): Promise<void> {
  await applyMesh(embedded);
  await scale(embedded);
  await shift(embedded);
  await removeAll(embedded);
  console.log(
    'the App Mesh controller: a mesh made, pods registered and deregistered, weights shifted, all deleted',
  );
}

async function applyMesh(embedded: Embedded): Promise<void> {
  const { cluster, cloudMap, appMesh } = embedded;
  cloudMap.handle('CreateHttpNamespace', { Name: 'shop.local' });
  cluster.apply([aNamespace, aMesh, deployment('blue', 3), deployment('green', 1)]);
  cluster.apply([aGateway(uidsIn(embedded))]);
  cluster.apply(members(uidsIn(embedded), { blue: 100, green: 0 }));
  await until('resources of App Mesh', 8, () => appMesh.snapshot().length);
  await until('pods registered', { blue: 3, green: 1 }, () => registered(embedded));
  await until('objects that are active', true, () => objectsOf(embedded).every(isActive));
}

async function scale(embedded: Embedded): Promise<void> {
  embedded.cluster.apply([deployment('blue', 1), deployment('green', 2)]);
  await until('pods registered after scaling', { blue: 1, green: 2 }, () => registered(embedded));
}

async function shift(embedded: Embedded): Promise<void> {
  embedded.cluster.apply(members(uidsIn(embedded), { blue: 20, green: 100 }));
  await until('weights of the route', [20, 100], () => weightsOf(embedded));
}

async function removeAll(embedded: Embedded): Promise<void> {
  const { cluster, appMesh } = embedded;
  const options = { timeoutMs: 60_000 }; // it tries to delete a Cloud Map service every 15 s
  for (const kinds of kindsByRank) {
    for (const object of objectsOf(embedded, kinds)) cluster.api.delete(object);
    await until(`${kinds.join(', ')} left`, 0, () => objectsOf(embedded, kinds).length, options);
  }
  await until('resources left in App Mesh', 0, () => appMesh.snapshot().length);
  await until('pods registered in the end', {}, () => registered(embedded));
}

function uidsIn({ cluster }: Embedded): Uids {
  const uidOf = (kind: string, namespace: string | undefined, name: string) =>
    cluster.api.get(`${kind}.appmesh.k8s.aws`, namespace, name)?.metadata.uid ?? '';
  return { mesh: uidOf('meshes', undefined, 'orchard'), gateway: uidOf('virtualgateways', 'shop', 'edge') };
}

function objectsOf({ cluster }: Embedded, kinds = kindsByRank.flat()): readonly KubernetesObject[] {
  return kinds.flatMap((kind) => cluster.api.list(`${kind}.appmesh.k8s.aws`));
}

/** Condition `<Kind>Active`, as the controller writes it. */
function isActive({ kind, status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === `${kind}Active` && status === 'True');
}

/** Instances by the label `version` of their pods; each must be as the controller registers it. */
function registered({ cloudMap }: Embedded): Readonly<Record<string, number>> {
  const services = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  const counts: Record<string, number> = {};
  for (const { instances } of services)
    for (const { attributes } of Object.values(instances)) {
      const { version = 'none', AWS_INIT_HEALTH_STATUS: health } = attributes;
      if (health !== 'HEALTHY') throw new Error(`an instance of ${version} has the initial health ${health}`);
      counts[version] = (counts[version] ?? 0) + 1;
    }
  return Object.fromEntries(Object.entries(counts).sort());
}

function weightsOf({ appMesh }: Embedded): readonly number[] {
  const route = appMesh.snapshot().find(({ kind }) => kind === 'route');
  const spec = route?.spec as
    | { readonly httpRoute?: { readonly action: { readonly weightedTargets: { weight: number }[] } } }
    | undefined;
  return (spec?.httpRoute?.action.weightedTargets ?? []).map(({ weight }) => weight);
}
