import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envoyRules } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
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
  backends,
  listenersOn,
} from '../../harness/manifests.ts';
import { EnvoyHarness, settleMs } from './envoy-harness.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 40);

const long = 'n'.repeat(63);
const nodes = ['blue', 'green', long];
const services = ['cart', 'stock', long];
const routers = ['one', 'two'];

type Act = readonly [text: string, act: (shop: Shop) => Promise<void>];

/** A client and a gateway of virtual services, in a cluster in which everything changes. */
class Shop extends EnvoyHarness {
  constructor() {
    super({}, envoyRules);
  }

  async open(): Promise<this> {
    this.apply(aNamespace(), aMesh());
    this.apply(...nodes.map((name) => aNode(name)), ...services.map((name) => aService(name, 'router/one')));
    this.apply(...routers.map((name) => aRouter(name, [aRoute('all', { blue: 1 })])));
    this.apply(aNode('front', backends(...services)), aGateway('entry'), aGatewayRoute('cart', 'cart'));
    await this.settleInOneRun();
    return this;
  }

  async settleApplied(...manifests: readonly Manifest[]): Promise<void> {
    this.apply(...manifests);
    await this.settleInOneRun();
  }

  async settleDeleted(...manifests: readonly Manifest[]): Promise<void> {
    this.delete(...manifests);
    await this.settleInOneRun();
  }

  /** What is due meanwhile happens when it is due. */
  async pass(milliseconds: number): Promise<void> {
    const untilMs = this.clock.now() + milliseconds;
    const isDue = () => [...this.later.values()].some(({ dueAtMs }) => dueAtMs <= untilMs);
    for (let count = 0; isDue() && count < 50; count++) await this.settleNextLater();
    this.clock.advance(Math.max(0, untilMs - this.clock.now()));
  }

  dataOf(configMap: string): Readonly<Record<string, string>> | undefined {
    return this.kubernetes.all.find(({ metadata }) => metadata.name === configMap)?.data;
  }
}

function applied(text: string, ...manifests: readonly Manifest[]): Act {
  return [text, (shop) => shop.settleApplied(...manifests)];
}

/** `name` is deleted, and created again before anything has run, or after. */
const recreated = fc.record({ name: fc.constantFrom(...nodes), isAtOnce: fc.boolean() });

const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .record({
      name: fc.constantFrom(...services),
      to: fc.constantFrom(...routers.map((r) => `router/${r}`), ...nodes.map((n) => `node/${n}`)),
    })
    .map(({ name, to }) => applied(`${name} → ${to}`, aService(name, to))),
  fc
    .record({
      name: fc.constantFrom(...routers),
      weights: fc.dictionary(fc.constantFrom(...nodes), fc.integer({ min: 1, max: 9 }), {
        minKeys: 1,
        noNullPrototype: true,
      }),
      port: fc.constantFrom(8080, 9090),
    })
    .map(({ name, weights, port }) =>
      applied(
        `${name} ${JSON.stringify(weights)}`,
        aRouter(name, [aRoute('all', weights)], listenersOn(`http/${port}`)),
      ),
    ),
  fc
    .record({ name: fc.constantFrom('cart', 'other'), service: fc.constantFrom(...services) })
    .map(({ name, service }) => applied(`route ${name} → ${service}`, aGatewayRoute(name, service))),
  fc
    .constantFrom('cart', 'other')
    .map((name): Act => [`no route ${name}`, (shop) => shop.settleDeleted(aGatewayRoute(name, 'cart'))]),
  fc.subarray(services).map((all) => applied(`front calls ${all}`, aNode('front', backends(...all)))),
  recreated.map(
    ({ name, isAtOnce }): Act => [
      `${name} again${isAtOnce ? ' at once' : ''}`,
      async (shop) => {
        shop.delete(aNode(name));
        if (!isAtOnce) await shop.settleInOneRun();
        shop.apply(aNode(name));
        await shop.settleInOneRun();
      },
    ],
  ),
  fc.integer({ min: 0, max: 2 * settleMs }).map((ms): Act => [`pass ${ms}`, (shop) => shop.pass(ms)]),
);

describe('whatever is changed, and whenever', () => {
  it('no proxy misses anything on the way, and each ends as one of a new cluster', {
    timeout: numRuns * 2_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 14 }), async (acts) => {
        const shop = await new Shop().open();
        for (const [, each] of acts) await each(shop);
        await shop.settleAll();
        expect(shop.faults(), acts.map(([text]) => text).join('; ')).toEqual([]);
        for (const owner of ['front', ...nodes])
          expect(shop.statusOfNode(owner).is, acts.map(([text]) => text).join('; ')).toBe('True Applied');
        const fresh = new Shop();
        fresh.apply(...[...shop.objects.values()].map(({ manifest }) => manifest));
        await fresh.settleInOneRun();
        await fresh.settleAll();
        for (const configMap of ['front.virtual-node', 'entry.virtual-gateway'])
          expect(contentOf(shop.dataOf(configMap)), acts.map(([text]) => text).join('; ')).toEqual(
            contentOf(fresh.dataOf(configMap)),
          );
      }),
      { numRuns },
    );
  });
});

/** Without the generations of objects. */
function contentOf(data: Readonly<Record<string, string>> = {}): unknown {
  return Object.fromEntries(
    Object.entries(data)
      .sort()
      .map(([file, text]) => [file, { ...JSON.parse(text), version_info: undefined }]),
  );
}
