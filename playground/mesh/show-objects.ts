import { setTimeout as sleep } from 'node:timers/promises';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';
import { meshObjects, unsettled, unsupported } from './mesh-conditions.ts';
import { kubectlGet } from './object-tables.ts';

const pollMs = 50;

/** What to show of a target. With their groups: other kinds of the same names exist. */
const shownKinds: Readonly<Record<MeshTargetName, readonly string[]>> = {
  'app-mesh': [],
  istio: ['virtualservices', 'destinationrules', 'gateways', 'serviceentries', 'sidecars'].map(
    (plural) => `${plural}.networking.istio.io`,
  ),
  'gateway-api': ['gateways', 'httproutes', 'grpcroutes'].map(
    (plural) => `${plural}.gateway.networking.k8s.io`,
  ),
  envoy: ['configmaps', 'services'],
};

interface Place {
  readonly kubernetesUrl: string;
  readonly kubectl: string;
  readonly mesh: readonly MeshTargetName[];
}

/** Waits until every mesh object has its final condition, or for `maxMs`. Passes what is missing to `waitingFor`. */
export async function waitForConditions(
  { kubernetesUrl }: Place,
  waitingFor: (what: string) => void,
  maxMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const startMs = performance.now();
  while (performance.now() - startMs < maxMs) {
    const fault = unsettled(await meshObjects(kubernetesUrl));
    if (fault === null) return;
    waitingFor(fault);
    await sleep(pollMs);
  }
}

/** Whether a target writes objects into the cluster. */
export function writesObjects(mesh: readonly MeshTargetName[]): boolean {
  return mesh.some((target) => shownKinds[target].length > 0);
}

/** The kubectl command that lists the objects of the targets. */
export function listCommand({ kubectl, mesh }: Pick<Place, 'kubectl' | 'mesh'>): string {
  return `${kubectl} get ${mesh.flatMap((target) => shownKinds[target]).join(',')} -A`;
}

/** That command with its output; nothing for App Mesh. */
export async function objectsText(place: Place): Promise<readonly string[]> {
  if (!writesObjects(place.mesh)) return [];
  const kinds = place.mesh.flatMap((target) => shownKinds[target]);
  const tables = (await kubectlGet(place.kubernetesUrl, kinds)) || 'No resources found\n';
  return [`$ ${listCommand(place)}\n${tables}`];
}

/** What the mesh targets cannot express; nothing if they express all. */
export async function unsupportedText(place: Place): Promise<readonly string[]> {
  const refused = unsupported(await meshObjects(place.kubernetesUrl)).map((line) => `  ${line}\n`);
  return refused.length === 0 ? [] : [`Not supported by the mesh target:\n\n${refused.join('')}`];
}
