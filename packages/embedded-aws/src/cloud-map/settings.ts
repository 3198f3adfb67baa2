import type { Rate } from '../engine/throttle.ts';
import type { OperationType } from './records.ts';
import type { OperationName } from './shapes.ts';

export type Rates = Readonly<Partial<Record<OperationName, Rate>>>;

export interface Quotas {
  readonly namespaces: number;
  readonly instancesPerService: number;
  readonly instancesPerNamespace: number;
}

/** Delays, quotas and rates of the service. They may be changed while it runs. */
export interface Settings {
  /** From accepting an operation to its end. With 0 it ends before the call returns. */
  latenciesMs: Record<OperationType, number>;
  /** A random time from 0 to this, added to each latency above 0. */
  latencyJitterMs: number;
  /** From an operation's success until control plane reads return it (Get, List, Deregister, …). */
  listedAfterMs: number;
  /** From an operation's success until DiscoverInstances returns it. */
  discoveredAfterMs: number;
  /** From UpdateInstanceCustomHealthStatus until it takes effect; about 30 s on AWS. */
  customHealthAfterMs: number;
  quotas: Quotas;
  rates: Rates;
  /** EC2 instance id → primary private IPv4 address, for AWS_EC2_INSTANCE_ID. */
  ec2Addresses: Readonly<Record<string, string>>;
}

/**
 * DiscoverInstances and DiscoverInstancesRevision: AWS's published quotas. AWS does not publish the others. These are
 * the larger of the limits that its own clients (the App Mesh and the MCS controller) observe, so that a client within
 * either of them is not throttled.
 */
export const defaultRates: Rates = {
  DiscoverInstances: { perSecond: 1000, burst: 2000 },
  DiscoverInstancesRevision: { perSecond: 3000, burst: 5000 },
  RegisterInstance: { perSecond: 50, burst: 100 },
  DeregisterInstance: { perSecond: 50, burst: 100 },
  GetOperation: { perSecond: 100, burst: 200 },
  ListInstances: { perSecond: 40, burst: 400 },
  ListServices: { perSecond: 2, burst: 10 },
  ListNamespaces: { perSecond: 1, burst: 8 },
  CreateService: { perSecond: 8, burst: 80 },
  UpdateInstanceCustomHealthStatus: { perSecond: 240, burst: 240 },
};

/** The limits that the App Mesh controller observes. */
export const appMeshControllerRates: Rates = {
  RegisterInstance: { perSecond: 4, burst: 80 },
  DeregisterInstance: { perSecond: 4, burst: 80 },
  GetOperation: { perSecond: 4, burst: 40 },
  ListInstances: { perSecond: 40, burst: 400 },
  ListServices: { perSecond: 1, burst: 8 },
  ListNamespaces: { perSecond: 1, burst: 8 },
  CreateService: { perSecond: 8, burst: 80 },
  UpdateInstanceCustomHealthStatus: { perSecond: 240, burst: 240 },
};

/** Settings that differ from the defaults; latencies and quotas may be set one by one. */
export type SettingsInput = Partial<Omit<Settings, 'latenciesMs' | 'quotas'>> & {
  readonly latenciesMs?: Partial<Settings['latenciesMs']>;
  readonly quotas?: Partial<Quotas>;
};

export function settingsFrom({ latenciesMs, quotas, ...others }: SettingsInput): Settings {
  return {
    latenciesMs: {
      CREATE_NAMESPACE: 300,
      DELETE_NAMESPACE: 300,
      UPDATE_NAMESPACE: 300,
      UPDATE_SERVICE: 100,
      REGISTER_INSTANCE: 100,
      DEREGISTER_INSTANCE: 100,
      ...latenciesMs,
    },
    latencyJitterMs: 0,
    listedAfterMs: 0,
    discoveredAfterMs: 0,
    customHealthAfterMs: 200,
    quotas: { namespaces: 50, instancesPerService: 1000, instancesPerNamespace: 2000, ...quotas },
    rates: defaultRates,
    ec2Addresses: {},
    ...others,
  };
}
