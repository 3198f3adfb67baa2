import { describe, expect, it } from 'vitest';
import { envoyRules } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
import { RetryableError } from '../../../../shared/model/errors.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter } from '../../harness/manifests.ts';
import { EnvoyHarness } from './envoy-harness.ts';

const applied = { is: 'True Applied', message: 'Envoy matches the spec' };

function service(name: string): Manifest {
  const provider = { virtualRouter: { virtualRouterRef: { name } } };
  return {
    kind: 'VirtualService',
    metadata: { name, namespace: 'apps' },
    spec: { awsName: `${name}.shop`, provider },
  };
}

function caller(name: string, ...services: readonly string[]): Manifest {
  const backends = services.map((each) => ({ virtualService: { virtualServiceRef: { name: each } } }));
  return aNode(name, { backends, podSelector: { matchLabels: { app: name } } });
}

const cart = (weights: Readonly<Record<string, number>>) => aRouter('cart', [aRoute('all', weights)]);

async function started(): Promise<EnvoyHarness> {
  const harness = new EnvoyHarness({}, envoyRules);
  const nodes = ['blue', 'green', 'red'].map((name) => aNode(name));
  const routers = [cart({ blue: 3, red: 1 }), aRouter('user', [aRoute('all', { blue: 1 })])];
  const callers = [caller('front', 'cart', 'user'), caller('back', 'cart')];
  harness.apply(aNamespace(), aMesh(), ...nodes, ...routers, service('cart'), service('user'), ...callers);
  await harness.settleInOneRun();
  for (const name of ['front', 'back']) harness.addPod(name, `${name}-1`);
  return harness;
}

describe('the status of a router', () => {
  it('is True at once after other weights', async () => {
    const harness = await started();
    harness.apply(cart({ blue: 1, red: 3 }));
    await harness.settleInOneRun();
    expect(harness.activeOf('VirtualRouter', 'cart', 'apps')).toEqual(applied);
    expect(harness.statusOf('VirtualRouter', 'cart', 'apps')).toMatchObject({ observedGeneration: 2 });
  });

  it('is not True before the routes to a new target are in all proxies; that of others stays True', async () => {
    const harness = await started();
    harness.apply(cart({ green: 1 }));
    await harness.settleInOneRun();
    const status = harness.activeOf('VirtualRouter', 'cart', 'apps');
    expect(status.is).toBe('False Pending');
    expect(status.message).toMatch(
      /^ConfigMap apps\/\w+.virtual-node has the new clusters; .*; likewise 1 more$/,
    );
    for (const [kind, name] of [
      ['VirtualRouter', 'user'],
      ['VirtualService', 'cart'],
      ['VirtualNode', 'green'],
    ] as const)
      expect(harness.activeOf(kind, name, 'apps'), name).toEqual(applied);
    await harness.settleAll();
    expect(harness.activeOf('VirtualRouter', 'cart', 'apps')).toEqual(applied);
    expect(harness.faults()).toEqual([]);
  });

  it('is not True while a ConfigMap cannot be written', async () => {
    const harness = await started();
    harness.kubernetes.apply = async () => {
      throw new RetryableError('the API server is down');
    };
    harness.apply(cart({ blue: 1, red: 3 }));
    await expect(harness.settleInOneRun()).rejects.toThrow('the API server is down');
    expect(harness.activeOf('VirtualRouter', 'cart', 'apps').is).toBe('False Pending');
    expect(harness.activeOf('VirtualRouter', 'user', 'apps')).toEqual(applied);
  });
});

describe('the Service of a node that is deleted', () => {
  const pink = aNode('pink', {
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop', serviceName: 'pink' } },
    podSelector: { matchLabels: { app: 'pink' } },
  });
  const servicesOf = ({ kubernetes }: EnvoyHarness) =>
    kubernetes.all.filter(({ kind }) => kind === 'Service');
  const withPink = async () => {
    const harness = await started();
    harness.apply(pink, cart({ blue: 1, pink: 1 }));
    await harness.settleInOneRun();
    await harness.settleAll();
    expect(servicesOf(harness)).toHaveLength(1);
    return harness;
  };

  it('stays until no proxy names it any more', async () => {
    const harness = await withPink();
    harness.apply(cart({ blue: 1 }));
    harness.delete(pink);
    await harness.settleInOneRun();
    expect(harness.filesOf('front')?.['cds.json']).toContain('pink');
    expect(servicesOf(harness), 'proxies may still send requests there').toHaveLength(1);
    await harness.settleAll();
    expect(harness.filesOf('front')?.['cds.json']).not.toContain('pink');
    expect(servicesOf(harness)).toEqual([]);
  });

  it('stays while a router that still names the node is refused, since the routes stay as they were', async () => {
    const harness = await withPink();
    harness.delete(pink);
    await harness.settleInOneRun();
    await harness.settleAll();
    harness.apply(caller('front', 'cart'), caller('back', 'cart', 'user'));
    await harness.settleInOneRun();
    await harness.settleAll();
    expect(harness.activeOf('VirtualRouter', 'cart', 'apps').is).toBe('False Unsupported');
    expect(harness.filesOf('front')?.['cds.json']).toContain('pink');
    expect(servicesOf(harness)).toHaveLength(1);
    harness.apply(cart({ blue: 1 }));
    await harness.settleInOneRun();
    await harness.settleAll();
    expect(harness.filesOf('front')?.['cds.json']).not.toContain('pink');
    expect(servicesOf(harness)).toEqual([]);
  });
});
