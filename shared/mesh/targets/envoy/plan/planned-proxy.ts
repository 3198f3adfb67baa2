import type { Directory, Place } from '../../../plan/directory.ts';
import type { Entry } from '../../../plan/entry.ts';
import type { ObjectResource } from '../../../plan/object-resource.ts';
import type { EnvoyFault } from '../check/faults.ts';
import { ipPreferenceOf } from '../translate/address.ts';
import { isHeadless } from '../translate/cluster/headless-name.ts';
import { filesOf } from '../translate/files.ts';
import { headlessServiceOf } from '../translate/headless-service.ts';
import type { EnvoyContext } from '../translate/proxy.ts';
import { contentOf, type ProxyContent } from './config-map.ts';
import { isRefusedIn } from './judgement.ts';
import { proxyOf } from './proxy-of.ts';
import { beyondShare } from './shares.ts';
import { type Owner, sourcesOf } from './sources.ts';
import { versionsOf } from './versions.ts';
import { withoutFaults } from './without-faults.ts';

/** The Envoys of a virtual node or gateway, as far as they are decided by the objects. */
export interface PlannedProxy {
  readonly content: ProxyContent;
  /** The Services whose names it resolves. */
  readonly services: readonly ObjectResource[];
  readonly faults: readonly EnvoyFault[];
  /** Objects of others that Envoy would refuse in it. */
  readonly leftOut: ReadonlyMap<Entry, EnvoyFault>;
  /** Objects beyond the share of their namespace. */
  readonly beyondShare: ReadonlySet<Entry>;
}

export function plannedProxy(
  owner: Owner,
  place: Place,
  directory: Directory,
  outside: Pick<EnvoyContext, 'clusterDomain' | 'instancesOf'>,
): PlannedProxy {
  const sources = sourcesOf(owner, place, directory);
  const beyond = beyondShare(sources);
  const isRefusedItself = isRefusedIn(directory, place.meshName);
  const isRefused = (entry: Entry) => beyond.has(entry) || isRefusedItself(entry);
  const others = [...sources.services.map(({ service }) => service), ...sources.gatewayRoutes];
  const make = (refused: EnvoyContext['isRefused']) =>
    proxyOf(owner, place, directory, { ...outside, isRefused: refused });
  const { part, faults, leftOut } = withoutFaults(make, others, isRefused);
  const { kept, ...proxy } = part;
  const versions = versionsOf(sources, (entry) => leftOut.has(entry) || isRefused(entry));
  const data = filesOf(proxy, versions, ipPreferenceOf(owner, place));
  const nodes = new Set(sources.services.flatMap((used) => used.nodes));
  return {
    content: contentOf(data, kept),
    services: [...nodes].filter(isHeadless).map(headlessServiceOf),
    ...{ faults, leftOut, beyondShare: beyond },
  };
}
