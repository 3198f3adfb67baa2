import type { ServiceEntriesConfig } from '../../model/config/service-entries.ts';
import type { CloudMapListing } from './cloud-map-view.ts';
import type { DesiredEntry, LiveEntry } from './entry.ts';

export interface EntryPlanInput {
  /** The name of the cluster in clusters.yml. */
  readonly cluster: string;
  readonly options: ServiceEntriesConfig;
  readonly listing: CloudMapListing;
  /** All ServiceEntries of the cluster in all namespaces, of whomever. */
  readonly entries: readonly LiveEntry[];
  /** The Services of the cluster. */
  readonly kubernetesServices: readonly KubernetesServiceName[];
  /** Deletes more than the cap, for a person who asks for it. */
  readonly force?: boolean | undefined;
}

export interface KubernetesServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** Deletions come first: an entry that moves to another namespace is deleted before it is created there. */
export interface EntryPlan {
  readonly delete: readonly EntryDeletion[];
  readonly apply: readonly EntryWrite[];
  readonly refusedDeletions: readonly RefusedDeletion[];
  readonly findings: readonly EntryFinding[];
  /** Services that get no entry, or whose entry stays as it is, and why. */
  readonly skipped: readonly SkippedService[];
  /** Own entries that are as they should be, or whose service was not read. */
  readonly unchanged: number;
}

/**
 * `create`: there is none of the name; apply without force. `update`: apply with force, the entry is ours. `replace`: delete
 * this one and create ours, because fields of its former owner cannot be removed by server-side apply.
 */
export type EntryWrite =
  | { readonly action: 'create'; readonly entry: DesiredEntry }
  | {
      readonly action: 'update' | 'replace';
      readonly entry: DesiredEntry;
      readonly live: LiveEntry;
      /** The fields that differ: `spec.endpoints`. */
      readonly differences: readonly string[];
    };

export interface EntryDeletion {
  readonly entry: LiveEntry;
  readonly reason: string;
}

export interface RefusedDeletion extends EntryDeletion {
  readonly refusal: string;
}

/** What a person should know. Never a reason to fail. */
export interface EntryNote {
  readonly kind: EntryFindingKind;
  readonly message: string;
}

export interface EntryFinding extends EntryNote {
  /** `namespace/service` of Cloud Map, or `ServiceEntry namespace/name`. */
  readonly subject: string;
}

export const entryFindingKinds = [
  'DuplicateHost',
  'HostCollision',
  'NameTaken',
  'ForeignFields',
  'InstanceSkipped',
  'InvalidAttribute',
  'PortsDiffer',
  'PortSkipped',
  'InvalidName',
  'LimitExceeded',
  'InstancesTruncated',
] as const;
export type EntryFindingKind = (typeof entryFindingKinds)[number];

/** `OnlyOwnPods`, `InvalidName`: it is to have no entry. For the other reasons, an entry that it has stays. */
export interface SkippedService {
  readonly kind: 'InvalidName' | 'OnlyOwnPods' | 'LimitExceeded' | 'NotRead';
  /** `namespace/service` of Cloud Map. */
  readonly subject: string;
  readonly reason: string;
}
