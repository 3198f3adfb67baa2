import type { Pod } from '../../shared/model/pod.ts';

/** A ready pod, but for what the test says. */
export function aPod(changes: Partial<Pod> = {}): Pod {
  return {
    cluster: 'local',
    namespace: 'shop',
    name: 'front-1',
    uid: 'uid-1',
    resourceVersion: '1',
    createdAt: '2026-11-21T10:00:00Z',
    terminating: false,
    labels: { app: 'front' },
    annotations: {},
    phase: 'Running',
    ips: ['10.0.0.1'],
    hostNetwork: false,
    conditions: { Ready: 'True', ContainersReady: 'True' },
    readinessGates: [],
    node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' },
    ...changes,
  };
}
