import type { Directory, Place } from '../../../plan/directory.ts';
import type { ObjectResource } from '../../../plan/object-resource.ts';
import { type EnvoyFault, faultsOfPart } from '../check/faults.ts';
import { ipPreferenceOf } from '../translate/address.ts';
import { isHeadless } from '../translate/cluster/headless-name.ts';
import { filesOf } from '../translate/files.ts';
import { headlessServiceOf } from '../translate/headless-service.ts';
import type { EnvoyContext } from '../translate/proxy.ts';
import { contentOf, type ProxyContent } from './config-map.ts';
import { isRefusedIn } from './judgement.ts';
import { proxyOf } from './proxy-of.ts';
import { type Owner, sourcesOf } from './sources.ts';
import { versionsOf } from './versions.ts';

/** The Envoys of a virtual node or gateway, as far as they are decided by the objects. */
export interface PlannedProxy {
  readonly content: ProxyContent;
  /** The Services whose names it resolves. */
  readonly services: readonly ObjectResource[];
  readonly faults: readonly EnvoyFault[];
}

export function plannedProxy(
  owner: Owner,
  place: Place,
  directory: Directory,
  outside: Pick<EnvoyContext, 'clusterDomain' | 'instancesOf'>,
): PlannedProxy {
  const isRefused = isRefusedIn(directory, place.meshName);
  const { kept, ...proxy } = proxyOf(owner, place, directory, { ...outside, isRefused });
  const sources = sourcesOf(owner, place, directory);
  const data = filesOf(proxy, versionsOf(sources, isRefused), ipPreferenceOf(owner, place));
  const nodes = new Set(sources.services.flatMap((used) => used.nodes));
  return {
    content: contentOf(data, kept),
    services: [...nodes].filter(isHeadless).map(headlessServiceOf),
    faults: faultsOfPart(proxy),
  };
}
