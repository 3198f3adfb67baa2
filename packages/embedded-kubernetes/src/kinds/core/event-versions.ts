import { defined } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';

/** Events of the core group and of events.k8s.io/v1 are the same objects: the fields differ in name. */
const names: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

export function eventToCore(event: KubernetesObject): KubernetesObject {
  return rename(event, 'v1', new Map(names.map(([core, events]) => [events, core])));
}

export function eventFromCore(event: KubernetesObject): KubernetesObject {
  return rename(event, 'events.k8s.io/v1', new Map(names));
}

function rename(
  event: KubernetesObject,
  apiVersion: string,
  renamed: ReadonlyMap<string, string>,
): KubernetesObject {
  const fields = Object.entries(event).map(([name, value]) => [renamed.get(name) ?? name, value]);
  return defined({ ...Object.fromEntries(fields), apiVersion }) as KubernetesObject;
}
