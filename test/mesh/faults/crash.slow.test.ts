import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { Crashes, type CrashPoint } from '../harness/crashes.ts';
import { byHand, outcomeOf, remainsOf } from '../harness/engine-state.ts';
import { type Manifest, MeshHarness } from '../harness/harness.ts';
import {
  aBackendGroup,
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  anExample,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
  routeOn,
} from '../harness/manifests.ts';

/** `npm run test:mesh-properties` runs longer. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 200);

/** A harness, a way to crash it, and in the mesh beside it what is not its own. */
class CrashHarness extends MeshHarness {
  readonly crashes: Crashes;

  constructor() {
    const crashes = new Crashes();
    super({ wrap: crashes.wrap });
    this.crashes = crashes;
  }

  /** All that is queued is seen; the run is not begun. */
  async observe(): Promise<void> {
    for (let event = this.queue.shift(); event !== undefined; event = this.queue.shift())
      if (event.type !== 'Mesh Reconcile Requested') await this.handle(event);
  }
}

const foreignNode: ResourceName = { kind: 'virtualNode', meshName: 'shop', name: 'by-hand' };
const foreignSpec = {
  listeners: [{ portMapping: { port: 7, protocol: 'tcp' } }],
  serviceDiscovery: { dns: { hostname: 'by-hand.example.com' } },
};
const otherMesh: ResourceName = { kind: 'mesh', meshName: 'others', name: 'others' };

function foreignIn({ engine }: MeshHarness) {
  return engine.snapshot().filter(({ name }) => name === 'by-hand' || name === 'others');
}

interface Story {
  readonly name: string;
  /** Without a crash. */
  readonly before: (harness: CrashHarness) => Promise<void>;
  /** What the run that crashes finds changed. */
  readonly change: (harness: CrashHarness) => void;
  readonly verify?: boolean;
}

async function settled(harness: CrashHarness, ...manifests: readonly Manifest[]): Promise<void> {
  harness.apply(...manifests);
  await harness.settleInOneRun();
}

/** What the old controller left behind: resources without tags, nothing in the table, ARNs on the objects. */
function forget(harness: CrashHarness): void {
  harness.stores.meshClaims.items.clear();
  harness.stores.statuses.items.clear();
  for (const { arn } of harness.engine.snapshot())
    harness.engine.handle('UntagResource', { resourceArn: arn, tagKeys: [clusterTag] });
  harness.apply(...[...harness.objects.values()].map(({ manifest }) => manifest));
}

const listeners = [{ portMapping: { port: 9090, protocol: 'http' } }];
const changed: readonly Manifest[] = [
  aNode('blue', { listeners }),
  aNode('red'),
  aService('color', 'router/color', { awsName: 'color.example.com' }),
  aRouter('color', [aRoute('renamed', { red: 1 }), aRoute('only-blue', { blue: 3, red: 1 })]),
];

const stories: readonly Story[] = [
  {
    name: 'a first apply',
    before: async () => {},
    change: (harness) => harness.apply(...anExample()),
  },
  {
    name: 'changes: updated, renamed, moved, made and deleted at once',
    before: (harness) => settled(harness, ...anExample()),
    change: (harness) => {
      harness.apply(...changed);
      harness.delete(aNode('green'));
    },
  },
  {
    name: 'listeners of other protocols and ports, under routes that change with them, go and come',
    before: (harness) => settled(harness, ...anExample()),
    change: (harness) =>
      harness.apply(
        aRouter(
          'color',
          [routeOn('mixed', 'grpc/8080'), routeOn('new', 'http2/9090')],
          listenersOn('grpc/8080', 'http2/9090'),
        ),
      ),
  },
  {
    name: 'the deletion of all',
    before: (harness) => settled(harness, ...anExample()),
    change: (harness) => harness.delete(...anExample()),
  },
  {
    name: 'the deletion of what is referred to',
    before: (harness) => settled(harness, ...anExample()),
    change: (harness) => harness.delete(aNode('blue'), aService('front'), aBackendGroup('behind-front', [])),
  },
  {
    name: 'the takeover of what the old controller made',
    before: async (harness) => {
      await settled(harness, ...anExample());
      forget(harness);
    },
    change: (harness) => harness.apply(aNode('blue', { listeners })),
  },
  {
    name: 'a verification that finds changes made by hand',
    before: async (harness) => {
      await settled(harness, ...anExample());
      byHand(harness.engine, 'Delete', { ...route, name: 'mixed' });
      byHand(
        harness.engine,
        'Update',
        { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' },
        { spec: foreignSpec },
      );
    },
    change: () => {},
    verify: true,
  },
];
const route: ResourceName = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'mixed' };

/** The story with a crash; then a run without one. */
async function received(story: Story, point: CrashPoint | undefined) {
  const { before, change, verify = false } = story;
  const harness = new CrashHarness();
  await before(harness);
  byHand(harness.engine, 'Create', otherMesh);
  // Not where the mesh is to go: it would be in its way.
  const keepsMesh = harness.engine.snapshot().length > 1 && story.name !== 'the deletion of all';
  if (keepsMesh) byHand(harness.engine, 'Create', foreignNode, { spec: foreignSpec });
  const foreign = foreignIn(harness);
  change(harness);
  await harness.observe();
  const isCrashed = await harness.crashes.run(point, () => harness.reconcile({ verify }));
  if (isCrashed) await harness.reconcile({ verify });
  expect(foreignIn(harness), 'what others made').toEqual(foreign);
  return { harness, isCrashed };
}

describe('a crash at any call of any port', () => {
  it.each(stories.map((story) => [story.name, story] as const))(
    'the next run completes what a crash interrupted: %s',
    async (_, story) => {
      const { harness } = await received(story, undefined);
      const expected = outcomeOf(harness);
      const { calls } = harness.crashes;
      expect(calls).toBeGreaterThan(20);
      for (let call = 1; call <= calls; call++)
        for (const when of ['before', 'after'] as const) {
          const { harness, isCrashed } = await received(story, { call, when });
          expect(isCrashed, `call ${call} of ${calls}`).toBe(true);
          expect(outcomeOf(harness), `a crash ${when} call ${call} of ${calls}`).toEqual(expected);
        }
    },
    300_000,
  );
});

/** Each object in one of a few states; 0 is not there. */
const variants: readonly (readonly Manifest[])[] = [
  [aNamespace()],
  [aMesh(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } })],
  [aNode('blue'), aNode('blue', { listeners }), aNode('blue', backends('color'))],
  [aNode('green'), aNode('green', { awsName: 'verde' }), aNode('green', { colour: 'green' })],
  [
    aRouter('color', [aRoute('a', { blue: 1 })]),
    aRouter('color', [aRoute('a', { blue: 1, green: 1 }), aRoute('b', { green: 1 })]),
    aRouter('color', [aRoute('b', { blue: 2 })], { awsName: 'colours' }),
    aRouter('color', [routeOn('a', 'http2')], listenersOn('http2/8080')),
    aRouter(
      'color',
      [routeOn('a', 'grpc/8080'), routeOn('b', 'http/9090')],
      listenersOn('grpc/8080', 'http/9090'),
    ),
  ],
  [aService('color', 'router/color'), aService('color', 'node/blue'), aService('color')],
  [aGateway('entry'), aGateway('entry', { awsName: 'door' })],
  [aGatewayRoute('color', 'color'), aGatewayRoute('color', 'color', { priority: 5 })],
];

const step = fc.record({
  /** For each object: undefined leaves it as it is. */
  states: fc.tuple(
    ...variants.map((states) => fc.option(fc.nat({ max: states.length }), { nil: undefined, freq: 2 })),
  ),
  crashes: fc.array(
    fc.record({ call: fc.integer({ min: 1, max: 90 }), when: fc.constantFrom('before', 'after') }),
    { maxLength: 3 },
  ),
  verify: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const sound = variants.flatMap(([first]) => first ?? []);

interface PlayOptions {
  readonly withCrashes: boolean;
  /** Whether what crashed is completed before anything else changes. */
  readonly completes?: boolean;
}

async function play(steps: readonly Step[], { withCrashes, completes = true }: PlayOptions) {
  const harness = new CrashHarness();
  for (const { states, crashes, verify } of steps) {
    states.forEach((state, index) => {
      const [first] = variants[index] ?? [];
      const chosen = state === undefined ? undefined : variants[index]?.[state - 1];
      if (chosen !== undefined) harness.apply(chosen);
      else if (state === 0 && first !== undefined) harness.delete(first);
    });
    await harness.observe();
    for (const point of withCrashes ? crashes : [])
      await harness.crashes.run(point as CrashPoint, () => harness.reconcile({ verify }));
    if (completes) await harness.reconcile({ verify });
  }
  return harness;
}

describe('crashes in a row', () => {
  it('crashes in a row change nothing about the end of any story', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const harness = await play(steps, { withCrashes: true });
        expect(outcomeOf(harness)).toEqual(outcomeOf(await play(steps, { withCrashes: false })));
        harness.delete(...sound);
        await harness.settleInOneRun();
        expect(remainsOf(harness)).toEqual([]);
      }),
      { numRuns },
    );
  }, 3_600_000);

  it('crashes in a row leave nothing untracked, whatever changes before the next run', async () => {
    const fresh = new CrashHarness();
    await settled(fresh, ...sound);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (steps, endsSound) => {
          const harness = await play(steps, { withCrashes: true, completes: false });
          if (endsSound) {
            await settled(harness, ...sound);
            expect(outcomeOf(harness)).toEqual(outcomeOf(fresh));
          }
          harness.delete(...sound);
          await harness.settleInOneRun();
          expect(remainsOf(harness)).toEqual([]);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});
