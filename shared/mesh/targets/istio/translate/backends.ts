import type { ClientPolicy } from '../../../../model/mesh/tls.ts';
import { awsNameOf, type Directory } from '../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { References } from '../../../plan/references.ts';
import { referredTo } from '../../../routing/provider.ts';
import { byArn } from './destination.ts';
import type { Report } from './report.ts';

type Node = EntryOf<'VirtualNode'>;
type Service = EntryOf<'VirtualService'>;

/** A virtual service that a node calls, with the policy for it. */
export interface Backend {
  readonly name: string;
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
  const { backends, backendGroups, backendDefaults } = node.content.spec;
  const found = new Map<string, Backend>();
  for (const [index, { virtualService }] of (backends ?? []).entries()) {
    const at = `spec.backends[${index}].virtualService`;
    const { virtualServiceRef, virtualServiceARN, clientPolicy } = virtualService;
    if (virtualServiceARN) report.refuse(`${at}.virtualServiceARN`, ...byArn);
    const service = referredTo(directory, 'VirtualService', node, virtualServiceRef);
    const { name = '', namespace = node.id.namespace } = virtualServiceRef ?? {};
    const entry = directory.find('VirtualService', { name, namespace: namespace ?? node.id.namespace });
    const policy = clientPolicy ?? backendDefaults?.clientPolicy;
    const path = clientPolicy ? `${at}.clientPolicy` : defaults;
    if (entry) found.set(awsNameOf(entry), { name: awsNameOf(entry), service, policy, path });
  }
  const references = new References(directory, node, meshName);
  const named = (backendGroups ?? []).flatMap((group) => [...references.backendGroup(group, '')]);
  const services = servicesByName(directory);
  for (const name of [...new Set(named)].sort())
    if (!found.has(name))
      found.set(name, {
        name,
        service: services.get(name),
        policy: backendDefaults?.clientPolicy,
        path: defaults,
      });
  return [...found.values()];
}

const known = new WeakMap<Directory, ReadonlyMap<string, Service>>();

function servicesByName(directory: Directory): ReadonlyMap<string, Service> {
  const before = known.get(directory);
  if (before) return before;
  const services = directory.entries.filter((entry) => isOfKind(entry, 'VirtualService'));
  const map = new Map(services.map((entry) => [awsNameOf(entry), entry] as const));
  known.set(directory, map);
  return map;
}
