import { dnsName, isSameDnsName } from '../../model/dns-name.ts';
import type { CloudMapListing } from './cloud-map-view.ts';
import { type SourceService, sourceOf } from './entry-name.ts';

/** Whether the listing shows that a service does not exist, or is no longer selected. What was not read is not gone. */
export type GoneServices = (source: SourceService) => boolean;

export function goneServices({ isComplete, namespaces }: CloudMapListing): GoneServices {
  const listed = namespaces.map(({ namespace, services, isComplete: isWhole }) => ({
    source: sourceOf({ namespace, name: '' }),
    names: new Set(services.map(({ name }) => dnsName(name))),
    isWhole,
  }));
  const byName = Map.groupBy(listed, ({ source }) => dnsName(source.namespaceName));
  return (source) => {
    const its = (byName.get(dnsName(source.namespaceName)) ?? []).filter((each) =>
      isSamePlace(each.source, source),
    );
    if (its.length === 0) return isComplete;
    return its.every(({ names, isWhole }) => isWhole && !names.has(dnsName(source.serviceName)));
  };
}

/** Also true if the account or Region of one of them was not known. */
export function isSameSource(a: SourceService, b: SourceService): boolean {
  const isSameNamespace = isSamePlace(a, b) && isSameDnsName(a.namespaceName, b.namespaceName);
  return isSameNamespace && isSameDnsName(a.serviceName, b.serviceName);
}

function isSamePlace(a: SourceService, b: SourceService): boolean {
  return isSameOrOwn(a.account, b.account) && isSameOrOwn(a.region, b.region);
}

function isSameOrOwn(a: string, b: string): boolean {
  return a === b || a === 'own' || b === 'own';
}
