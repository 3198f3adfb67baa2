export const clusterName = 'local';
export const namespace = 'shop';
export const nodeIp = '10.0.9.9';
export const cloudMapNamespace = 'shop.local';

export interface PodState {
  readonly name: string;
  readonly uid: string;
  readonly createdAtMs: number;
  readonly ip: string;
  readonly hostNetwork: boolean;
  /** Never changed until it is deleted, and selected by the one virtual node that never changes. */
  readonly steady: boolean;
  /** Whether it declares our readiness gate, and what the gate's condition says. */
  readonly gated: boolean;
  gate: string | undefined;
  resourceVersion: number;
  color: string;
  /** A label that comes and goes. */
  tier: 'gold' | undefined;
  annotatedService: string | undefined;
  ready: boolean;
  terminating: boolean;
}

export interface NodeState {
  readonly name: string;
  readonly uid: string;
  readonly createdAtMs: number;
  resourceVersion: number;
  color: string;
  service: string;
}

/** A Kubernetes node. */
export interface HostState {
  readonly name: string;
  zone: string;
  /** Raised by every heartbeat. */
  resourceVersion: number;
  /** The version at which the relay first saw the zone. */
  zoneVersion: number;
}

export const hostNames = ['node-1', 'node-2'] as const;

/** The node of a pod, by its name. */
export function hostOf(podName: string): (typeof hostNames)[number] {
  return podName === 'p1' || podName === 'p3' ? 'node-2' : 'node-1';
}

export const steadyNode = { name: 'steady', color: 'steady', service: 'steady' };
