/** A Cloud Map namespace that this account owns, or that another account shares with it. */
export interface ListedNamespace {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** The name that DiscoverInstances uses for it. */
  readonly httpName: string;
  readonly type: 'HTTP' | 'DNS_PRIVATE' | 'DNS_PUBLIC';
  /** Set for a shared namespace. */
  readonly ownerAccount?: string | undefined;
  /** The number of its services, if Cloud Map returns it. */
  readonly serviceCount?: number | undefined;
}

export interface ListedService {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly healthCheck: 'custom' | 'route53' | 'none';
}

/** What DiscoverInstances needs about a service. */
export interface DiscoverableService extends Pick<ListedService, 'id' | 'arn' | 'name' | 'healthCheck'> {
  readonly namespace: Pick<ListedNamespace, 'httpName' | 'ownerAccount'>;
}

export interface DiscoveredInstances {
  readonly revision: number | undefined;
  readonly instances: readonly {
    readonly id: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly health?: string | undefined;
  }[];
}

export type Tags = Readonly<Record<string, string>>;

/** One account and Region of Cloud Map, read only. Every method reads all pages, or throws. */
export interface CloudMapCatalog {
  /** The namespaces of this account. */
  namespaces(): Promise<readonly ListedNamespace[]>;
  /** One namespace by ARN, which may be another account's. Throws a NotFoundError. */
  namespaceByArn(arn: string): Promise<ListedNamespace>;
  services(namespace: ListedNamespace): Promise<readonly ListedService[]>;
  /** Throws a NotFoundError if the namespace or the service does not exist, as `instances` does. */
  revision(service: DiscoverableService): Promise<number | undefined>;
  /** All instances, whatever their health. */
  instances(service: DiscoverableService): Promise<DiscoveredInstances>;
  tags(arn: string): Promise<Tags>;
  /** The namespace's id of a service by id; undefined if Cloud Map does not know the service. */
  namespaceIdOf(serviceId: string): Promise<string | undefined>;
}

/** A namespace as last listed, and whether the cluster imports it. */
export interface KnownNamespace extends ListedNamespace {
  readonly isSelected: boolean;
  /** When its services were last listed, by which configuration, and how many it had just before. Absent: never. */
  readonly listedAtMs?: number | undefined;
  readonly basis?: string | undefined;
}

/** A service as last read for a cluster. Absent fields: not read yet, or to be read again. */
export interface KnownService extends ListedService {
  readonly namespaceId: string;
  readonly isSelected: boolean;
  /** InstancesRevision of the last read whose entry was written. */
  readonly revision?: number | undefined;
  /** Digest of the instances of that read. */
  readonly instances?: string | undefined;
  readonly readAtMs?: number | undefined;
  /** Start of the run that last read other instances than before; of the first read, if there were any. */
  readonly changedAtMs?: number | undefined;
  /** The entry as it was after that read; absent if the service has none. */
  readonly entry?: EntryState | undefined;
  /** Digest of what else decided the entry and the selection: the configuration. */
  readonly basis?: string | undefined;
}

export interface EntryState {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The result of a comparison. */
export interface EntryPollReport {
  readonly endedAtMs: number;
  readonly services: number;
  readonly written: number;
  readonly deleted: number;
  readonly refusedDeletions: number;
  /** Finding kind → count. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first of them, as text. */
  readonly findings: readonly { readonly kind: string; readonly subject: string; readonly message: string }[];
  /** Why something could not be read or written; nothing is deleted that was not read completely. */
  readonly failures?: readonly string[] | undefined;
}

/** What was last read of Cloud Map for a cluster. Its only writer is the writer of the cluster's entries. */
export interface ServiceEntryStore {
  namespaces(cluster: string): Promise<readonly KnownNamespace[] | undefined>;
  saveNamespaces(cluster: string, namespaces: readonly KnownNamespace[]): Promise<void>;
  services(cluster: string): AsyncIterable<KnownService>;
  service(cluster: string, serviceId: string): Promise<KnownService | undefined>;
  saveService(cluster: string, service: KnownService): Promise<void>;
  removeService(cluster: string, serviceId: string): Promise<void>;
  report(cluster: string): Promise<EntryPollReport | undefined>;
  saveReport(cluster: string, report: EntryPollReport): Promise<void>;
}
