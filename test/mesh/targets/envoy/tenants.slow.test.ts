import { describe, expect, it } from 'vitest';
import { envoyRules } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
import { readResources } from '../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import type { Manifest } from '../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from '../../harness/manifests.ts';
import { EnvoyHarness, settleMs } from './envoy-harness.ts';

const configMap = 'entry.virtual-gateway';

function of(namespace: string, ...manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.map((each) => ({ ...each, metadata: { ...each.metadata, namespace } }));
}

/** What tenant `a` applies all the time: a route to a virtual service that is new, as are its router and its node. */
const busy = (index: number) =>
  of(
    'a',
    aNode(`node-${index}`),
    aService(`service-${index}`, `router/router-${index}`),
    aRouter(`router-${index}`, [aRoute('all', { [`node-${index}`]: 1 })]),
    aGatewayRoute('busy', `service-${index}`),
  );

const steady = of(
  'b',
  aNode('blue'),
  aNode('green'),
  aService('cart', 'router/cart'),
  aService('stock', 'node/green'),
  aRouter('cart', [aRoute('all', { blue: 1, green: 1 })]),
  aGatewayRoute('steady', 'cart'),
  aGatewayRoute('stock', 'stock'),
);

/** A gateway of two tenants with a pod, of which the test knows which files it has read. */
class SharedGateway extends EnvoyHarness {
  /** When the files that the pod has were read, and what they are. */
  private read = { atMs: 0, files: {} as Readonly<Record<string, string>> };

  constructor() {
    super({}, envoyRules);
    const { annotate } = this.kubernetes;
    this.kubernetes.annotate = async (object, annotations) => {
      await annotate.call(this.kubernetes, object, annotations);
      this.read = { atMs: this.clock.now(), files: this.written };
    };
  }

  private get written(): Readonly<Record<string, string>> {
    return this.kubernetes.all.find(({ metadata }) => metadata.name === configMap)?.data ?? {};
  }

  async open(): Promise<void> {
    const namespaces = ['apps', 'a', 'b'].map((name) => aNamespace(name));
    const podSelector = { matchLabels: { app: 'entry' } };
    this.apply(...namespaces, aMesh(), aGateway('entry', { podSelector }), ...steady, ...busy(0));
    await this.settleInOneRun();
    const volumes = [{ name: 'envoy-mesh', configMap: { name: configMap } }];
    const metadata = { name: 'entry-1', namespace: 'apps', labels: { app: 'entry' } };
    this.kubernetes.write(
      { apiVersion: 'v1', kind: 'Pod', metadata, spec: { volumes } },
      { manager: 'kubelet' },
    );
    await this.settleAll();
    this.read = { atMs: this.clock.now(), files: this.written };
  }

  /** Seconds until the pod has read files for which `isThere` holds, while tenant `a` changes something every second. */
  async secondsUntil(
    isThere: (text: string) => boolean,
    change: () => void = () => undefined,
  ): Promise<number> {
    for (let second = 1; second <= 20; second++) await this.second(second);
    change();
    const appliedAtMs = this.clock.now();
    for (let second = 21; second <= 90; second++) {
      await this.second(second);
      if (isThere(JSON.stringify(this.read.files))) return (this.read.atMs - appliedAtMs) / 1000;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Tenant `a` changes its route, and what is due is handled. */
  private async second(index: number): Promise<void> {
    const untilMs = this.clock.now() + 1_000;
    this.apply(...busy(index));
    if (index > 1) this.delete(...busy(index - 1).filter(({ kind }) => kind !== 'GatewayRoute'));
    await this.settleInOneRun();
    for (const [key, { event, dueAtMs }] of this.later)
      if (dueAtMs <= untilMs) {
        this.later.delete(key);
        this.queue.push(event);
      }
    await this.settleInOneRun();
    if (this.clock.now() < untilMs) this.clock.advance(untilMs - this.clock.now());
  }

  clusters(): readonly string[] {
    return (readResources(this.written['cds.json'])?.resources ?? []).map(({ name }) => String(name));
  }
}

async function opened(): Promise<SharedGateway> {
  const gateway = new SharedGateway();
  await gateway.open();
  return gateway;
}

/** Of the first hop of `files`, as text: the value of the header by which a route chooses its virtual service. */
const leadsTo = (route: string, service: string) => (text: string) =>
  new RegExp(`${route}[^}]*\\}.{0,400}?${service}\\.b:8080`).test(text.replaceAll('\\"', '"'));

describe('a gateway of two tenants, one of which changes its route every second', () => {
  const goal = 5;

  it('takes the other route of the second tenant within five seconds', async () => {
    const gateway = await opened();
    const changed = of('b', aGatewayRoute('steady', 'stock'));
    expect(
      await gateway.secondsUntil(leadsTo('b/steady', 'stock'), () => gateway.apply(...changed)),
    ).toBeLessThanOrEqual(goal);
    expect(gateway.faults()).toEqual([]);
  });

  it('takes its new route to a virtual service that has one within five seconds', async () => {
    const gateway = await opened();
    const added = of('b', aGatewayRoute('added', 'cart'));
    expect(
      await gateway.secondsUntil(leadsTo('b/added', 'cart'), () => gateway.apply(...added)),
    ).toBeLessThanOrEqual(goal);
  });

  it('takes its weights within five seconds', async () => {
    const gateway = await opened();
    const weights = of('b', aRouter('cart', [aRoute('all', { blue: 7, green: 93 })]));
    const isThere = (text: string) => text.replaceAll('\\"', '"').includes('"weight":93');
    expect(await gateway.secondsUntil(isThere, () => gateway.apply(...weights))).toBeLessThanOrEqual(goal);
  });

  it('takes its route to a virtual service and a node that are new after two stages', async () => {
    const gateway = await opened();
    const added = of('b', aNode('new'), aService('new', 'node/new'), aGatewayRoute('steady', 'new'));
    const seconds = await gateway.secondsUntil(leadsTo('b/steady', 'new'), () => gateway.apply(...added));
    expect(seconds).toBeLessThanOrEqual((2 * settleMs) / 1000 + goal);
    expect(gateway.faults()).toEqual([]);
  });

  it('removes what the second tenant deletes, and what the first one had', async () => {
    const gateway = await opened();
    const isGone = (text: string) => !text.includes('b/steady');
    const deleted = of('b', aGatewayRoute('steady', 'cart'));
    expect(await gateway.secondsUntil(isGone, () => gateway.delete(...deleted))).toBeLessThanOrEqual(goal);
    const isRemoved = (text: string) => !text.includes('egress_b_blue');
    expect(await gateway.secondsUntil(isRemoved)).toBeLessThanOrEqual((2 * settleMs) / 1000);
    expect(gateway.clusters().length).toBeLessThan(50);
    expect(gateway.faults()).toEqual([]);
  });
});
