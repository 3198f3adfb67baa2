import { describe, expect, it } from 'vitest';
import { envoyTarget } from '../../../../shared/mesh/targets/envoy/envoy-target.ts';
import { envoyRules } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
import { MemoryKubernetesObjects } from '../../../fakes/memory-kubernetes-objects.ts';
import { type Manifest, MeshHarness } from '../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
  routeOn,
} from '../../harness/manifests.ts';

const cartTo = (weights: Readonly<Record<string, number>>) => aRouter('cart', [aRoute('all', weights)]);
const pods = (name: string) => ({
  serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'color' } },
  podSelector: { matchLabels: { color: name } },
});

const mesh: readonly Manifest[] = [
  aNamespace(),
  aMesh(),
  aNode('front', backends('cart')),
  aNode('other', backends('stock')),
  aNode('blue', pods('blue')),
  aNode('green', pods('green')),
  aService('cart', 'router/cart'),
  cartTo({ blue: 3, green: 1 }),
  aService('stock', 'node/blue'),
  aGateway('entry'),
  aGatewayRoute('cart', 'cart'),
];

/** The translation and the run together, as reconcile-mesh has them. */
class WholeHarness extends MeshHarness {
  readonly kubernetes = new MemoryKubernetesObjects();

  constructor() {
    super({
      config: { mesh: 'envoy', appMesh: undefined },
      wrap: (deps) => ({
        ...deps,
        meshTargets: (cluster) => [
          envoyTarget({
            ...{ cluster, rules: envoyRules, objects: this.kubernetes },
            catalog: { instances: async () => ({ revision: 1, instances: [] }) },
          }),
        ],
      }),
    });
  }

  async change(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.apply(...manifests);
    return this.written(() => this.settleInOneRun());
  }

  /** What is written meanwhile. */
  async written(run: () => Promise<unknown>): Promise<readonly string[]> {
    this.kubernetes.calls.length = 0;
    await run();
    return this.kubernetes.calls.filter((call) => /^(create|apply|delete) /.test(call)).sort();
  }

  /** Lets the stages end. */
  async settleAll(): Promise<void> {
    for (let count = 0; count < 20; count++) if (!(await this.settleNextLater())) return;
  }

  file(config: string, name: string): string {
    const found = this.kubernetes.all.find(({ metadata }) => metadata.name === config);
    return found?.data?.[name] ?? '';
  }
}

async function started(): Promise<WholeHarness> {
  const harness = new WholeHarness();
  await harness.change(...mesh);
  await harness.settleAll();
  return harness;
}

const routesOf = (harness: WholeHarness, config = 'front.virtual-node', file = 'rds-egress-8080.json') =>
  harness.file(config, file);

describe('the Envoys of a mesh', () => {
  it('a mesh has a ConfigMap for each proxy and a Service for pods, and a resync writes nothing', async () => {
    const harness = new WholeHarness();
    expect(await harness.change(...mesh)).toEqual([
      'create ConfigMap apps/blue.virtual-node',
      'create ConfigMap apps/entry.virtual-gateway',
      'create ConfigMap apps/front.virtual-node',
      'create ConfigMap apps/green.virtual-node',
      'create ConfigMap apps/other.virtual-node',
      'create Service apps/blue-virtual-node',
      'create Service apps/green-virtual-node',
    ]);
    expect(await harness.written(() => harness.reconcile({ verify: true }))).toEqual([]);
    for (const { kind, metadata } of mesh.filter(({ kind }) => kind !== 'Namespace'))
      expect([metadata.name, harness.activeOf(kind, metadata.name, metadata.namespace)]).toMatchObject([
        metadata.name,
        { is: 'True Applied' },
      ]);
  });

  it('another weight is one write for each proxy that calls the service, and no other', async () => {
    const harness = await started();
    expect(await harness.change(cartTo({ blue: 1, green: 1 }))).toEqual([
      'apply ConfigMap apps/entry.virtual-gateway',
      'apply ConfigMap apps/front.virtual-node',
    ]);
    expect(routesOf(harness)).toContain('VirtualRouter apps/cart@2');
  });

  it('a router that is refused stays as it was in each proxy, and the rest of these goes on changing', async () => {
    const harness = await started();
    const before = routesOf(harness);
    await harness.change(cartTo({ gone: 1 }));
    expect(harness.activeOf('VirtualRouter', 'cart', 'apps')).toMatchObject({
      is: 'False Unsupported',
      message: expect.stringContaining('VirtualNode "apps/gone" not found'),
    });
    expect(harness.activeOf('VirtualNode', 'front', 'apps')).toMatchObject({ is: 'True Applied' });
    const hostOf = (text: string) => JSON.parse(text).resources[0].virtual_hosts[0];
    expect(hostOf(routesOf(harness))).toEqual(hostOf(before));
    await harness.change(aNode('front', backends('cart', 'stock')));
    await harness.settleAll();
    const names = JSON.parse(routesOf(harness)).resources[0].virtual_hosts.map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toEqual(expect.arrayContaining(['cart.apps', 'stock.apps']));
  });

  it('a virtual node that is refused keeps its proxy, and stays a target of others', async () => {
    const harness = await started();
    const before = harness.file('blue.virtual-node', 'lds.json');
    const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/a';
    const tls = { mode: 'STRICT', certificate: { acm: { certificateARN: arn } } };
    const listeners = [{ portMapping: { port: 8080, protocol: 'http' }, tls }];
    await harness.change(aNode('blue', { ...pods('blue'), listeners }));
    await harness.settleAll();
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'False Unsupported' });
    expect(harness.file('blue.virtual-node', 'lds.json')).toBe(before);
    expect(harness.file('front.virtual-node', 'cds.json')).toContain('egress_apps_blue_8080');
    expect(await harness.written(() => harness.reconcile({ verify: true }))).toEqual([]);
  });

  it('what somebody changes in a ConfigMap by hand is restored', async () => {
    const harness = await started();
    const before = routesOf(harness);
    harness.kubernetes.write(
      {
        ...{ apiVersion: 'v1', kind: 'ConfigMap' },
        metadata: { name: 'front.virtual-node', namespace: 'apps' },
        data: { 'rds-egress-8080.json': '{}' },
      },
      { manager: 'kubectl', force: true },
    );
    expect(routesOf(harness)).toBe('{}');
    await harness.reconcile({ verify: true });
    await harness.settleAll();
    expect(routesOf(harness)).toBe(before);
  });

  it('a deleted virtual node has nothing left, its Service after those who call it', async () => {
    const harness = await started();
    await harness.change(cartTo({ blue: 1 }));
    await harness.settleAll();
    harness.delete(mesh.find(({ metadata }) => metadata.name === 'green') as Manifest);
    await harness.settleInOneRun();
    await harness.settleAll();
    const names = harness.kubernetes.all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name) => name.includes('green'))).toEqual([]);
    expect(names).toContain('Service blue-virtual-node');
    expect(harness.file('front.virtual-node', 'cds.json')).not.toContain('green');
  });

  it('a port that two backends want for TCP stays with the one that has it, and the condition names both', async () => {
    const harness = new WholeHarness();
    const database = (name: string) => [
      aService(name, `router/${name}`),
      aRouter(name, [routeOn('all', 'tcp')], listenersOn('tcp/5432')),
    ];
    const open = aMesh({ egressFilter: { type: 'ALLOW_ALL' } });
    const blue = aNode('blue', listenersOn('tcp/5432'));
    await harness.change(aNamespace(), open, blue, aNode('front', backends('one')), ...database('one'));
    await harness.change(aNode('front', backends('one', 'two')), ...database('two'));
    expect(harness.file('front.virtual-node', 'lds.json')).toContain('one.apps:5432');
    expect(harness.file('front.virtual-node', 'lds.json')).not.toContain('contested');
    const { is, message } = harness.activeOf('VirtualNode', 'front', 'apps');
    expect(is).toBe('True PortConflict');
    expect(message).toContain('VirtualServices "apps/one", "apps/two" have port 5432');
    expect(message).toContain('a new proxy closes connections to port 5432');
    await harness.change(aNode('other', backends('two', 'one')));
    expect(harness.file('other.virtual-node', 'lds.json')).toContain('contested-5432');
  });
});
