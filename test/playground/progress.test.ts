import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { expect, it } from 'vitest';
import { changes as meshChanges } from '../../playground/mesh-progress.ts';
import { changes, instancesOf } from '../../playground/progress.ts';
import { RecentErrors } from '../../playground/recent-errors.ts';
import { faultOf, meshFaultOf } from '../../playground/show/walkthrough.ts';

type Snapshot = Parameters<typeof instancesOf>[0];

function snapshot(
  instances: Record<string, { pod: string; health: 'HEALTHY' | 'UNHEALTHY'; tier?: string }>,
) {
  const entries = Object.entries(instances).map(([id, { pod, health, tier = '' }]) => [
    id,
    { attributes: { 'k8s.io/pod': pod, tier }, health },
  ]);
  const service = {
    id: 'srv-1',
    name: 'front',
    hasCustomHealthCheck: true,
    instances: Object.fromEntries(entries),
  };
  const place = { arn: 'arn', owner: '000000000000', vpc: 'vpc-1' };
  const namespace = {
    id: 'ns-1',
    name: 'shop.local',
    type: 'DNS_PRIVATE' as const,
    services: [service],
    ...place,
  };
  return instancesOf({ namespaces: [namespace], operations: [] } satisfies Snapshot);
}

it('changes of instances are reported one by one, deregistrations first', () => {
  const before = snapshot({
    '10.0.0.1': { pod: 'a', health: 'HEALTHY' },
    '10.0.0.2': { pod: 'b', health: 'HEALTHY' },
    '10.0.0.3': { pod: 'c', health: 'HEALTHY' },
  });
  const after = snapshot({
    '10.0.0.2': { pod: 'b', health: 'UNHEALTHY' },
    '10.0.0.3': { pod: 'c', health: 'HEALTHY', tier: 'canary' },
    '10.0.0.4': { pod: 'd', health: 'HEALTHY' },
  });
  expect(changes(before, after).map(({ text }) => text)).toEqual([
    'shop.local/front: instance 10.0.0.1 (a) deregistered',
    'shop.local/front: instance 10.0.0.2 (b) is now UNHEALTHY',
    'shop.local/front: attributes of instance 10.0.0.3 (c) updated',
    'shop.local/front: instance 10.0.0.4 (d) registered, HEALTHY',
  ]);
  expect(changes(after, after)).toEqual([]);
});

it('warnings and errors are kept with their cause, the latest five', () => {
  const recent = new RecentErrors();
  recent.add('sync-pods START RequestId: x');
  recent.add('sync-pods {"level":"INFO","message":"fine"}');
  recent.add('sync-pods {"level":"WARN","message":"will retry","error":{"message":"Rate exceeded"}}');
  recent.add('relay {"time":"t","level":"error","message":"the relay failed","error":"Error: gone"}');
  recent.add('probe ERROR {"errorType":"Sandbox.Timedout"}');
  expect(recent.latest).toEqual([
    'sync-pods: will retry: Rate exceeded',
    'relay: the relay failed: Error: gone',
    'probe: {"errorType":"Sandbox.Timedout"}',
  ]);
  for (let index = 0; index < 9; index += 1) recent.add(`x {"level":"WARN","message":"${index}"}`);
  expect(recent.latest).toEqual(['x: 4', 'x: 5', 'x: 6', 'x: 7', 'x: 8']);
});

it('the fault of an unexpected response is named', () => {
  const instance = {
    InstanceId: '10.0.0.1',
    HealthStatus: 'HEALTHY' as const,
    Attributes: {
      app: 'front',
      AWS_INSTANCE_IPV4: '10.0.0.1',
      'k8s.io/namespace': 'howto-k8s-cloudmap',
      'k8s.io/pod': 'front-1',
    },
  };
  const labels = { app: 'front' };
  expect(faultOf([instance], labels)).toBeNull();
  expect(faultOf([], labels)).toBe('no instance found; expected one');
  expect(faultOf([instance, instance], labels)).toBe('2 instances found; expected one');
  expect(faultOf([{ ...instance, HealthStatus: 'UNHEALTHY' }], labels)).toMatch(
    /UNHEALTHY; expected HEALTHY/,
  );
  expect(faultOf([instance], { app: 'back' })).toBe('attribute app is front; expected back');
  expect(faultOf([{ ...instance, InstanceId: '10.0.0.9' }], labels)).toMatch(
    /AWS_INSTANCE_IPV4 is 10\.0\.0\.1/,
  );
  const { 'k8s.io/pod': _, ...withoutPod } = instance.Attributes;
  expect(faultOf([{ ...instance, Attributes: withoutPod }], labels)).toBe('attribute k8s.io/pod is missing');
});

it('changes of mesh resources are reported one by one, deletions first', () => {
  const appMesh = new AppMesh({ settings: { rates: {} } });
  const mesh = { meshName: 'shop' };
  const router = { ...mesh, virtualRouterName: 'orders_shop' };
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
  const route = (weight: number) => ({
    httpRoute: {
      match: { prefix: '/' },
      action: { weightedTargets: [{ virtualNode: 'orders-v1_shop', weight }] },
    },
  });
  appMesh.handle('CreateMesh', mesh);
  appMesh.handle('CreateVirtualRouter', { ...router, spec: { listeners } });
  appMesh.handle('CreateVirtualNode', { ...mesh, virtualNodeName: 'orders-v1_shop', spec: {} });
  appMesh.handle('CreateVirtualNode', { ...mesh, virtualNodeName: 'orders-v2_shop', spec: {} });
  appMesh.handle('CreateRoute', { ...router, routeName: 'all', spec: route(1) });
  const before = appMesh.snapshot();
  appMesh.handle('DeleteVirtualNode', { ...mesh, virtualNodeName: 'orders-v2_shop' });
  appMesh.handle('UpdateRoute', { ...router, routeName: 'all', spec: route(2) });
  const after = appMesh.snapshot();
  expect(meshChanges(before, after).map(({ text }) => text)).toEqual([
    'App Mesh: virtual node orders-v2_shop deleted',
    'App Mesh: route all of orders_shop updated to version 2',
  ]);
  expect(meshChanges([], after).map(({ text }) => text)).toEqual([
    'App Mesh: mesh shop created',
    'App Mesh: virtual router orders_shop created',
    'App Mesh: virtual node orders-v1_shop created',
    'App Mesh: route all of orders_shop created',
  ]);
  expect(meshFaultOf(after)).toBe('resource mesh/howto-k8s-cloudmap not found');
});
