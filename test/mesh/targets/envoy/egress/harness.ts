import type { Directory, Place } from '../../../../../shared/mesh/plan/directory.ts';
import { type EntryOf, isOfKind, type ValidEntry } from '../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import type { Difference } from '../../../../../shared/mesh/plan/resource.ts';
import { backendsOf } from '../../../../../shared/mesh/targets/envoy/translate/egress/backends.ts';
import { egressOf } from '../../../../../shared/mesh/targets/envoy/translate/egress/egress.ts';
import { reportMesh } from '../../../../../shared/mesh/targets/envoy/translate/egress/report-mesh.ts';
import { reportNodeEgress } from '../../../../../shared/mesh/targets/envoy/translate/egress/report-node.ts';
import { reportRouter } from '../../../../../shared/mesh/targets/envoy/translate/egress/report-router.ts';
import { reportService } from '../../../../../shared/mesh/targets/envoy/translate/egress/report-service.ts';
import type { EnvoyContext, Part } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import type { Manifest } from '../../../harness/harness.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { accepted } from '../accepted.ts';
import { statedOf } from '../stated.ts';

// biome-ignore lint/suspicious/noExplicitAny: the structure is what the tests are about
export type Fields = any;

const context: EnvoyContext = {
  clusterDomain: 'cluster.local',
  instancesOf: () => [],
  isRefused: () => false,
};

/** What is known of an object and its mesh in some manifests. */
interface Placed<Kind extends 'VirtualNode' | 'VirtualService' | 'VirtualRouter' | 'Mesh'> {
  readonly entry: EntryOf<Kind>;
  readonly place: Place;
  readonly directory: Directory;
}

/** `kind`: of the first object of this name. */
function placed<Kind extends 'VirtualNode' | 'VirtualService' | 'VirtualRouter' | 'Mesh'>(
  kind: Kind,
  name: string,
  manifests: readonly Manifest[],
): Placed<Kind> {
  const directory = directoryOf(...manifests);
  const entry = directory.entries.find(({ id }) => id.kind === kind && id.name === name);
  if (!entry || !isOfKind(entry, kind)) throw new Error(`${kind} ${name} is not valid: ${entry?.fault}`);
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  return { entry, place, directory };
}

/** The egress side of the proxy of the virtual node `front`. */
export function egress(manifests: readonly Manifest[], others: Partial<EnvoyContext> = {}): Part {
  const { entry, place, directory } = placed('VirtualNode', 'front', manifests);
  const services = backendsOf(entry, place, directory);
  return accepted(egressOf(entry, services, place, directory, { ...context, ...others }));
}

/** Of a route table, its virtual hosts by name. */
export function hostsOf({ routes }: Part, table: string): Record<string, Fields> {
  const hosts = (routes.find(({ name }) => name === table) as Fields)?.virtual_hosts ?? [];
  return Object.fromEntries(hosts.map((host: Fields) => [host.name, host]));
}

/** The chains of the egress listener by name. */
export function chainsOf({ listeners }: Part): Record<string, Fields> {
  const chains = (listeners[0] as Fields).filter_chains as readonly Fields[];
  return Object.fromEntries(chains.map((chain) => [chain.name, chain]));
}

export function clusterOf({ clusters }: Part, name: string): Fields {
  return clusters.find((each) => each.name === name);
}

/** The differences of one object, each as `effect path`. */
export function reported(
  kind: 'Mesh' | 'VirtualNode' | 'VirtualService' | 'VirtualRouter',
  name: string,
  manifests: readonly Manifest[],
) {
  const { entry, place, directory } = placed(kind, name, manifests);
  return differencesOf(entry, place, directory).map(({ effect, path }) => `${effect} ${path}`);
}

/** Likewise, each with its whole text. */
export function stated(...[kind, name, manifests]: Parameters<typeof reported>): readonly string[] {
  const { entry, place, directory } = placed(kind, name, manifests);
  return statedOf(differencesOf(entry, place, directory));
}

function differencesOf(entry: ValidEntry, place: Place, directory: Directory): readonly Difference[] {
  const report = new Report();
  if (isOfKind(entry, 'Mesh')) reportMesh(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualNode')) reportNodeEgress(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualService')) reportService(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualRouter')) reportRouter(entry, place, directory, report);
  return report.differences;
}
