import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envoyRules } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
import { PermanentError, RetryableError } from '../../../../shared/model/errors.ts';
import { detailTypes, type EventDetail } from '../../../../shared/model/events/event.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService, backends } from '../../harness/manifests.ts';
import { EnvoyHarness } from './envoy-harness.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 40);

const targets = ['blue', 'red', 'green', 'yellow'];

/** A client of a router, in a cluster whose API server and permissions may fail. */
class Shop extends EnvoyHarness {
  isForbidden = false;
  isDown = false;
  /** When the last run began. */
  private beganAtMs = 0;

  constructor() {
    super({}, envoyRules);
    const { annotate, get } = this.kubernetes;
    this.kubernetes.annotate = async (...args) => {
      if (this.isForbidden) throw new PermanentError('pods is forbidden');
      await annotate.apply(this.kubernetes, args);
    };
    this.kubernetes.get = async (...args) => {
      if (this.isDown) throw new RetryableError('the API server does not answer');
      return get.apply(this.kubernetes, args);
    };
  }

  async open(): Promise<this> {
    const podSelector = { matchLabels: { app: 'front' } };
    this.apply(aNamespace(), aMesh(), ...targets.map((name) => aNode(name)));
    this.apply(aNode('front', { podSelector, ...backends('cart') }), aService('cart', 'router/cart'));
    await this.route(['blue']);
    this.addPod('front', 'front-1');
    return this;
  }

  async route(to: readonly string[]): Promise<void> {
    this.apply(aRouter('cart', [aRoute('all', Object.fromEntries(to.map((name) => [name, 1])))]));
    await this.run();
  }

  /** Lets time pass, in which all that is requested for later happens when it is due. */
  async pass(milliseconds: number): Promise<void> {
    const untilMs = this.clock.now() + milliseconds;
    const isDue = () => [...this.later.values()].some(({ dueAtMs }) => dueAtMs <= untilMs);
    for (let count = 0; isDue() && count < 20; count++) await this.settleLater();
    this.clock.advance(Math.max(0, untilMs - this.clock.now()));
  }

  /** A run fails if the API server does, and its message is received again later. */
  private async settleLater(): Promise<void> {
    await this.settleNextLater().catch(() => undefined);
  }

  async run(): Promise<void> {
    await this.settleInOneRun().catch(() => undefined);
  }

  override async handle(event: EventDetail): Promise<void> {
    if (event.type === detailTypes.meshReconcileRequested) this.beganAtMs = this.clock.now();
    await super.handle(event);
  }

  override async reconcile(): Promise<void> {
    this.beganAtMs = this.clock.now();
    await super.reconcile();
  }

  /**
   * The messages of statuses that name a time in the past. A run writes statuses before it waits for pods, so a time may pass
   * while it waits: then the next run, which corrects the status, is requested for the next second.
   */
  outdated(): readonly string[] {
    const now = this.clock.now();
    const times = [...this.later.values()].map(({ dueAtMs }) => dueAtMs);
    const isCorrected = times.some((dueAtMs) => dueAtMs >= this.beganAtMs && dueAtMs <= now + 1000);
    return this.messagesBefore(isCorrected ? this.beganAtMs : now);
  }

  /** The messages of statuses that name an earlier time. */
  messagesBefore(untilMs: number): readonly string[] {
    return [...this.objects.values()].flatMap(({ status }) => {
      const { conditions = [] } = status as { readonly conditions?: readonly { readonly message: string }[] };
      return conditions
        .map(({ message }) => message)
        .filter((message) => timesIn(message).some((time) => time < untilMs));
    });
  }
}

function timesIn(message: string): readonly number[] {
  const times = message.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];
  return times.map((time) => Date.parse(time));
}

type Act = readonly [text: string, act: (shop: Shop) => Promise<void>];

const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .uniqueArray(fc.constantFrom(...targets), { minLength: 1 })
    .map((to): Act => [`route to ${to}`, (shop) => shop.route(to)]),
  fc.integer({ min: 0, max: 120_000 }).map((ms): Act => [`pass ${ms}`, (shop) => shop.pass(ms)]),
  fc.integer({ min: 0, max: 60_000 }).map(
    (ms): Act => [
      `late by ${ms}`,
      async (shop) => {
        shop.clock.advance(ms);
        await shop.reconcile().catch(() => undefined);
      },
    ],
  ),
  fc
    .record({ isForbidden: fc.boolean(), isDown: fc.boolean() })
    .map((faults): Act => [JSON.stringify(faults), async (shop) => void Object.assign(shop, faults)]),
);

describe('the time in a status', () => {
  it('may pass while a run waits for pods: the next run, due within a second, corrects it', async () => {
    const shop = await new Shop().open();
    await shop.route(['yellow']);
    shop.clock.advance(8_001);
    await shop.reconcile();
    await shop.route(['blue']);
    expect(shop.messagesBefore(shop.clock.now())).toHaveLength(2);
    expect(shop.outdated()).toEqual([]);
    await shop.settleNextLater();
    expect(shop.messagesBefore(shop.clock.now())).toEqual([]);
  });

  it('has not passed, whatever was late, refused or changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 10 }), async (acts) => {
        const shop = await new Shop().open();
        for (const [text, each] of acts) {
          await each(shop);
          expect(shop.outdated(), text).toEqual([]);
        }
      }),
      { numRuns },
    );
  });
});
