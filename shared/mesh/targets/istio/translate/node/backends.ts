import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import { awsNameOf, type Directory } from '../../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import { perDirectory } from '../../../../plan/per-directory.ts';
import { References } from '../../../../plan/references/references.ts';
import type { Report } from '../../../../plan/report.ts';
import { namedBy } from '../../../../routing/provider.ts';
import { ageOf, serviceHostOf } from '../names.ts';
import { byArn } from '../route/destination.ts';

type Node = EntryOf<'VirtualNode'>;
type Service = EntryOf<'VirtualService'>;

/** A virtual service that a node calls, with the policy for it. */
export interface Backend {
  /** By which Istio knows it. */
  readonly host: string;
  readonly service: Service | undefined;
  readonly policy: ClientPolicy | null | undefined;
  /** The field of the policy. */
  readonly path: string;
}

const defaults = 'spec.backendDefaults.clientPolicy';

/** Each virtual service once: first the listed ones, then those of the groups. */
export function backendsOf(
  node: Node,
  directory: Directory,
  meshName: string,
  report: Report,
): readonly Backend[] {
  const found = new Map<Entry, Backend>();
  const defaultPolicy = node.content.spec.backendDefaults?.clientPolicy;
  const add = (entry: Entry | undefined, policy: Backend['policy'], path: string) => {
    if (!entry || found.has(entry)) return;
    const service = isOfKind(entry, 'VirtualService') ? entry : undefined;
    found.set(entry, { host: serviceHostOf(entry), service, policy, path });
  };
  for (const [index, { virtualService }] of (node.content.spec.backends ?? []).entries()) {
    const at = `spec.backends[${index}].virtualService`;
    const { virtualServiceRef, virtualServiceARN, clientPolicy } = virtualService;
    if (virtualServiceARN) report.refuse(`${at}.virtualServiceARN`, ...byArn);
    const entry = namedBy(directory, 'VirtualService', node, virtualServiceRef);
    add(entry, clientPolicy ?? defaultPolicy, clientPolicy ? `${at}.clientPolicy` : defaults);
  }
  for (const entry of groupedBy(node, directory, meshName)) add(entry, defaultPolicy, defaults);
  return [...found.values()];
}

/** The virtual services of the backend groups, by name. */
function groupedBy(node: Node, directory: Directory, meshName: string): readonly (Entry | undefined)[] {
  const references = new References(directory, node, meshName);
  const groups = node.content.spec.backendGroups ?? [];
  const names = new Set(groups.flatMap((group) => [...references.backendGroup(group, '')]));
  const services = servicesByName(directory);
  return [...names].sort().map((name) => services.get(`${meshName}/${name}`));
}

/** By mesh and name there. */
const servicesByName = perDirectory(
  (directory): ReadonlyMap<string, Entry> =>
    new Map(
      // Of two with one name the first that was created.
      directory.entries
        .toSorted((a, b) => (ageOf(a) < ageOf(b) ? 1 : -1))
        .flatMap((entry) => {
          const place = directory.placeOf(entry);
          if (entry.id.kind !== 'VirtualService' || 'reason' in place) return [];
          return [[`${place.meshName}/${awsNameOf(entry)}`, entry] as const];
        }),
    ),
);
