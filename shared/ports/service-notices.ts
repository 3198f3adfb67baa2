import type { ServiceKey } from '../model/identity.ts';

/** A change of a Cloud Map service that the writer of a pod has made. */
export interface OwnChange {
  /** The cluster of the pod. */
  readonly cluster: string;
  readonly service: ServiceKey;
  /** The id or ARN. */
  readonly serviceId: string;
}

/** Notifies the writers of ServiceEntries in the clusters that import a service, without waiting for CloudTrail. */
export interface ServiceNotices {
  /** Notes a change that Cloud Map has accepted. */
  note(change: OwnChange): void;
  /** Sends what was noted. Resolves once it was accepted; what was not is sent the next time. */
  send(): Promise<void>;
}
