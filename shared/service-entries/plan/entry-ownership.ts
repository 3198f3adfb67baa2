import { dnsName } from '../../model/dns-name.ts';
import { isOwn, ownershipOf } from '../../model/own-object.ts';
import type { LiveEntry } from './entry.ts';
import { entryNameOf, hostOf, parseSourceObject, type SourceService } from './entry-name.ts';

/** Of the objects that the Istio Cloud Map operator names as owners of its entries; no cluster serves this kind. */
const operatorGroups: ReadonlySet<string> = new Set(['cloud-map.istio.io', 'cloudmap.istio.io']);
const operatorKind = 'ServiceController';

/** Whether we made the entry, for this cluster of clusters.yml, from a service for which we would make one of this name. */
export function isOwnEntry(entry: LiveEntry, cluster: string): boolean {
  return isOwn(entry, { source: 'cloud-map', cluster }, isMadeFrom);
}

/** Whether an entry of this name would be made from the source object. */
function isMadeFrom({ metadata }: Pick<LiveEntry, 'metadata'>, sourceObject: string): boolean {
  const source = parseSourceObject(sourceObject);
  const host = source && hostOf(source);
  return host !== undefined && metadata.name === entryNameOf(host);
}

/** The Cloud Map service that an own entry is made from. */
export function sourceOfEntry(entry: LiveEntry): SourceService | undefined {
  const marks = ownershipOf(entry);
  return marks && parseSourceObject(marks.sourceObject);
}

/** Whether the Istio Cloud Map operator made the entry. The uid of its reference is another one after each of its starts. */
export function isOperatorEntry(entry: LiveEntry): boolean {
  const [host, ...others] = hostsOf(entry);
  const isNamedSo = host !== undefined && others.length === 0 && entry.metadata.name === entryNameOf(host);
  return (
    isNamedSo &&
    (entry.metadata.ownerReferences ?? []).some(
      ({ apiVersion, kind }) => kind === operatorKind && operatorGroups.has(apiVersion.split('/')[0] ?? ''),
    )
  );
}

/** The hosts of an entry, as DNS compares them. */
export function hostsOf({ spec }: Pick<LiveEntry, 'spec'>): readonly string[] {
  const hosts: unknown = spec?.hosts;
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string').map(dnsName) : [];
}
