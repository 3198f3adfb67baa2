import { describe, expect, it } from 'vitest';
import { type Instance, type Pod, violations } from './check.ts';

const virtualNode = {
  metadata: { name: 'cart', namespace: 'soak' },
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    serviceDiscovery: { awsCloudMap: { namespaceName: 'soak.local', serviceName: 'cart' } },
  },
};

function pod(overrides: { labels?: Record<string, string>; ready?: string; deleted?: boolean } = {}): Pod {
  return {
    metadata: {
      name: 'cart-1',
      namespace: 'soak',
      uid: 'uid-1',
      labels: overrides.labels ?? { app: 'cart' },
      ...(overrides.deleted && { deletionTimestamp: '2026-11-27T12:00:00Z' }),
    },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: overrides.ready ?? 'True' }],
    },
  };
}

function instance(attributes: Record<string, string> = {}, health = 'HEALTHY'): Instance {
  const ours = { 'k8s.io/cluster': 'local', 'k8s.io/pod': 'cart-1', 'k8s.io/pod-uid': 'uid-1' };
  return {
    InstanceId: '10.0.0.1',
    ServiceName: 'cart',
    HealthStatus: health,
    Attributes: { ...ours, ...attributes },
  };
}

const ecsTask: Instance = {
  InstanceId: 'ecs-1',
  ServiceName: 'cart',
  HealthStatus: 'HEALTHY',
  Attributes: { AWS_INSTANCE_IPV4: '10.9.0.1' },
};

describe('the checker of the soak', () => {
  const check = (pods: Pod[], instances: Instance[], foreign: Instance[] = []) =>
    violations({ pods, virtualNodes: [virtualNode], instances }, foreign);

  it('the checker of the soak finds nothing where the instance is that of the ready pod', () => {
    expect(check([pod()], [instance()])).toEqual([]);
  });

  it('the checker of the soak finds nothing where an unready pod is unhealthy or not registered', () => {
    expect(check([pod({ ready: 'False' })], [instance({}, 'UNHEALTHY')])).toEqual([]);
    expect(check([pod({ ready: 'False' })], [])).toEqual([]);
  });

  it('the checker of the soak finds a ready pod without instance', () => {
    expect(check([pod()], [])).toEqual(['missing cart/10.0.0.1 of pod cart-1']);
  });

  it('the checker of the soak finds an instance without pod, of a terminating pod, and of a pod that is not selected', () => {
    const stale = ['stale cart/10.0.0.1 of pod cart-1'];
    expect(check([], [instance()])).toEqual(stale);
    expect(check([pod({ deleted: true })], [instance()])).toEqual(stale);
    expect(check([pod({ labels: {} })], [instance()])).toEqual(stale);
  });

  it('the checker of the soak finds an instance that names the former pod of its address', () => {
    const former = instance({ 'k8s.io/pod': 'cart-0', 'k8s.io/pod-uid': 'uid-0' });
    expect(check([pod()], [former])).toEqual([
      'stale cart/10.0.0.1 of pod cart-0; the address is that of cart-1',
    ]);
  });

  it('the checker of the soak finds a health that is not the readiness', () => {
    expect(check([pod({ ready: 'False' })], [instance()])).toEqual([
      'health cart/10.0.0.1 of pod cart-1 is HEALTHY, expected UNHEALTHY',
    ]);
    expect(check([pod()], [instance({}, 'UNHEALTHY')])).toHaveLength(1);
  });

  it('the checker of the soak finds a foreign instance that is gone or changed', () => {
    expect(check([], [ecsTask], [ecsTask])).toEqual([]);
    expect(check([], [], [ecsTask])).toEqual(['foreign cart/ecs-1 is gone']);
    const changed = { ...ecsTask, Attributes: { AWS_INSTANCE_IPV4: '10.9.0.2' } };
    expect(check([], [changed], [ecsTask])).toHaveLength(1);
  });
});
