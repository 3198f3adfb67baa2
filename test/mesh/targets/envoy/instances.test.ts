import { describe, expect, it } from 'vitest';
import { envoyRules } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
import { RetryableError } from '../../../../shared/model/errors.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aMesh, aNamespace, aNode } from '../../harness/manifests.ts';
import { EnvoyHarness } from './envoy-harness.ts';

const cloudMap = { namespaceName: 'shop', serviceName: 'orders' };

function orders(
  name: string,
  color: string,
  spec: Readonly<Record<string, unknown>> = {},
): readonly Manifest[] {
  const attributes = [{ key: 'color', value: color }];
  const node = aNode(name, { serviceDiscovery: { awsCloudMap: { ...cloudMap, attributes } }, ...spec });
  const provider = { virtualNode: { virtualNodeRef: { name } } };
  const metadata = { name, namespace: 'apps' };
  return [node, { kind: 'VirtualService', metadata, spec: { awsName: `${name}.shop`, provider } }];
}

function front(...services: readonly string[]): Manifest {
  const backends = services.map((name) => ({ virtualService: { virtualServiceRef: { name } } }));
  return aNode('front', { backends, podSelector: { matchLabels: { app: 'front' } } });
}

function instance(id: string, attributes: Readonly<Record<string, string>>, health?: string) {
  return { id, attributes: { AWS_INSTANCE_IPV4: id, ...attributes }, ...(health && { health }) };
}

const blue = { color: 'blue' };

async function started(...manifests: readonly Manifest[]): Promise<EnvoyHarness> {
  const harness = new EnvoyHarness({}, envoyRules);
  harness.instances.set('shop/orders', [
    instance('10.1.0.2', { ...blue, AWS_INSTANCE_PORT: '9000' }),
    instance('10.1.0.1', blue),
    instance('10.1.0.3', { color: 'red' }),
    instance('10.1.0.4', blue, 'UNHEALTHY'),
    instance('10.1.0.5', { ...blue, 'k8s.io/cluster': 'local' }),
    instance('127.0.0.1', blue),
    instance('169.254.169.254', blue),
    instance('not an address', blue),
  ]);
  harness.apply(aNamespace(), aMesh(), ...manifests);
  await harness.settleInOneRun();
  harness.addPod('front', 'front-1');
  harness.reads.length = 0;
  return harness;
}

/** Addresses and ports in the files of the caller. */
function endpoints(harness: EnvoyHarness): readonly string[] {
  const files = harness.filesOf('front') ?? {};
  const texts = Object.entries(files).filter(([file]) => file === 'cds.json' || file.startsWith('eds-'));
  const found = texts.flatMap(([, text]) => [
    ...text.matchAll(/"address":"(10\.[^"]*|127\.[^"]*|169\.[^"]*|orders[^"]*)","port_value":(\d+)/g),
  ]);
  return found
    .map(([, address, port]) => `${address}:${port}`)
    .filter((each) => !each.startsWith('127.0.0.1:8080'));
}

const poll = (harness: EnvoyHarness) =>
  harness.handle({
    ...{ type: 'Mesh Reconcile Requested', version: 1, group: 'local/mesh', cluster: 'local' },
    ...{ run: `poll ${harness.reads.length}`, reason: 'schedule', poll: true },
  } as Parameters<EnvoyHarness['handle']>[0]);

describe('the instances of Cloud Map from elsewhere', () => {
  it('are the endpoints of a node without pods here: those with its attributes that are healthy and safe', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    // Without a podSelector, the pods of this cluster that others registered count, too.
    expect(endpoints(harness)).toEqual(['10.1.0.1:8080', '10.1.0.2:9000', '10.1.0.5:8080']);
  });

  it('are added to the pods of a node that selects pods, which its Service finds', async () => {
    const podSelector = { matchLabels: { app: 'orders' } };
    const harness = await started(front('orders'), ...orders('orders', 'blue', { podSelector }));
    const found = endpoints(harness);
    expect(found.filter((each) => each.startsWith('10.'))).toEqual(['10.1.0.1:8080', '10.1.0.2:9000']);
    expect(found.find((each) => each.startsWith('orders'))).toMatch(/\.apps\.svc\.cluster\.local\.?:8080$/);
  });

  it('leave the Service of a node to itself: it has no files, and no pod can hold up its deletion', async () => {
    const podSelector = { matchLabels: { app: 'orders' } };
    const [node, ...others] = orders('orders', 'blue', { podSelector });
    const harness = await started(front('orders'), ...(node ? [node] : []), ...others);
    const services = () => harness.kubernetes.all.filter(({ kind }) => kind === 'Service');
    expect(services()).toHaveLength(1);
    expect(services()[0]).not.toHaveProperty('data');
    harness.kubernetes.calls.length = 0;
    await harness.reconcile({ verify: true });
    expect(harness.callsOf('apply')).toEqual([]);
    const { podSelector: _, ...spec } = node?.spec ?? {};
    harness.apply({ ...(node as Manifest), spec });
    await harness.settleInOneRun();
    await harness.settleAll();
    expect(services()).toEqual([]);
    expect(harness.callsOf('list')).not.toContain('list Pod apps');
  });

  it('are read once for all nodes of a service', async () => {
    const harness = await started(front('blue', 'red'), ...orders('blue', 'blue'), ...orders('red', 'red'));
    await harness.reconcile();
    expect(harness.reads).toEqual(['shop/orders']);
  });

  it('stay as they are while Cloud Map cannot be read', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    const before = endpoints(harness);
    harness.instances.set('shop/orders', new RetryableError('Cloud Map is unavailable'));
    await harness.reconcile();
    await harness.settleAll();
    expect(endpoints(harness)).toEqual(before);
    expect(harness.statusOfNode('front').is).toBe('True Applied');
    expect(harness.notes).toContainEqual(expect.stringContaining('the last known ones stay'));
  });

  it('are none if the service does not exist', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    harness.instances.delete('shop/orders');
    await harness.reconcile();
    expect(endpoints(harness)).toEqual([]);
  });
});

describe('a poll', () => {
  it('costs one call for each service and nothing in the cluster if nothing changed', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    harness.kubernetes.calls.length = 0;
    harness.instances.set('shop/orders', [...(harness.instances.get('shop/orders') as [])].reverse());
    await poll(harness);
    expect(harness.reads).toEqual(['shop/orders']);
    expect(harness.kubernetes.calls).toEqual([]);
  });

  it('writes what changed, once', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    harness.instances.set('shop/orders', [instance('10.1.0.9', blue)]);
    await poll(harness);
    expect(endpoints(harness)).toEqual(['10.1.0.9:8080']);
    await poll(harness);
    expect(harness.callsOf('apply').filter((call) => call.includes('front'))).toHaveLength(1);
  });

  it('runs again after one that failed', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    const { apply } = harness.kubernetes;
    harness.instances.set('shop/orders', [instance('10.1.0.9', blue)]);
    harness.kubernetes.apply = async () => {
      throw new RetryableError('the API server is down');
    };
    await expect(poll(harness)).rejects.toThrow('the API server is down');
    harness.kubernetes.apply = apply;
    await poll(harness);
    expect(endpoints(harness)).toEqual(['10.1.0.9:8080']);
  });

  it('is no news while Cloud Map cannot be read', async () => {
    const harness = await started(front('orders'), ...orders('orders', 'blue'));
    harness.kubernetes.calls.length = 0;
    harness.instances.set('shop/orders', new RetryableError('Cloud Map is unavailable'));
    await poll(harness);
    expect(harness.kubernetes.calls).toEqual([]);
  });
});
