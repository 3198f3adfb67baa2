import type { LiveObject } from '../../shared/model/kubernetes-object.ts';
import { ownershipOf } from '../../shared/model/own-object.ts';
import type { EntriesHarness } from './entries-harness.ts';

/** Entries that bear our marks. */
export function own({ live }: Pick<EntriesHarness, 'live'>): readonly LiveObject[] {
  return live.filter((object) => ownershipOf(object)?.source === 'cloud-map');
}

export function theOnly({ live }: Pick<EntriesHarness, 'live'>): LiveObject {
  const [first, ...others] = live;
  if (first === undefined || others.length > 0) throw new Error(`there are ${live.length} entries`);
  return first;
}

export function entryName(object: LiveObject | undefined) {
  const { apiVersion = '', kind = '', metadata } = object ?? {};
  return { apiVersion, kind, name: metadata?.name ?? '' };
}
