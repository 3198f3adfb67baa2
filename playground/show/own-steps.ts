import type { ExplainSubject } from '../../shared/model/commands/explain-command.ts';
import { type MeshKind, meshKinds } from '../../shared/model/kubernetes.ts';
import type { Question } from '../cloud-map-view.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { listCommand, writesObjects } from '../mesh/show-objects.ts';
import { discoverCommand } from './commands.ts';
import type { StepsPlace } from './steps-place.ts';

/** Commands for the objects of somebody's own manifests, with their names. */
export function ownSteps(
  place: StepsPlace,
  manifests: readonly Manifest[],
  services: readonly Question[],
): readonly string[] {
  const { kubectl, cloudMap, mesh } = place;
  const meshName = awsNameOf(manifests.find((each) => isMeshObject(each) && each.kind === 'Mesh'));
  const [service] = services;
  return [
    meshListCommand(kubectl, manifests),
    ...workloadCommands(kubectl, manifests),
    service && discoverCommand(cloudMap, service),
    mesh.includes('app-mesh') && meshName !== undefined
      ? `aws --endpoint-url ${cloudMap} appmesh list-virtual-nodes --mesh-name ${meshName}`
      : undefined,
    writesObjects(mesh) ? listCommand(place) : undefined,
  ].filter((command) => command !== undefined);
}

function awsNameOf(mesh: Manifest | undefined): string | undefined {
  const { metadata, spec } = Object(mesh) as Partial<Manifest> & {
    readonly spec?: { readonly awsName?: string };
  };
  return spec?.awsName ?? metadata?.name;
}

function isMeshObject({ apiVersion, kind }: Manifest): boolean {
  return apiVersion.startsWith('appmesh.k8s.aws/') && meshKinds.includes(kind as MeshKind);
}

/** The mesh object that `explain` says most about: a router, else a service, a node, a gateway. */
export function meshSubject(manifests: readonly Manifest[]): ExplainSubject | undefined {
  const kinds = ['VirtualRouter', 'VirtualService', 'VirtualNode', 'VirtualGateway'];
  const named = manifests.filter((each) => isMeshObject(each) && each.metadata.name !== undefined);
  const [first] = kinds.flatMap((kind) => named.filter((each) => each.kind === kind));
  if (first === undefined) return undefined;
  const { kind, metadata } = first;
  return { object: { kind, namespace: namespaceOf(first), name: metadata.name ?? '' } };
}

/** With their group, since Istio has virtual services, too. */
function meshListCommand(kubectl: string, manifests: readonly Manifest[]): string | undefined {
  const kinds = [...new Set(manifests.filter(isMeshObject).map(({ kind }) => kind))];
  if (kinds.length === 0) return undefined;
  const plurals = kinds.map((kind) => `${kind.toLowerCase()}.appmesh.k8s.aws`);
  return `${kubectl} get ${plurals.join(',')} -A`;
}

/** Scale one, and see its pods. */
function workloadCommands(kubectl: string, manifests: readonly Manifest[]): readonly string[] {
  const workload = manifests.find(
    ({ apiVersion, kind, metadata }) =>
      apiVersion === 'apps/v1' &&
      (kind === 'Deployment' || kind === 'StatefulSet') &&
      metadata.name !== undefined,
  );
  if (workload === undefined) return [`${kubectl} get pods -A -o wide`];
  const { spec = {} } = workload as { readonly spec?: { readonly replicas?: number } };
  const namespace = namespaceOf(workload);
  const name = workload.metadata.name ?? '';
  return [
    `${kubectl} scale ${workload.kind.toLowerCase()} ${name} --replicas=${(spec.replicas ?? 1) + 1} -n ${namespace}`,
    `${kubectl} get pods -n ${namespace} -o wide`,
  ];
}

function namespaceOf({ metadata: { namespace = 'default' } }: Manifest): string {
  return namespace;
}
