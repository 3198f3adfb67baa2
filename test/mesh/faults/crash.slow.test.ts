import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { Crashes, type CrashPoint } from '../harness/crashes.ts';
import { byHand, outcomeOf, remainsOf } from '../harness/kit.ts';
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
import { type Manifest, MeshStage } from '../harness/stage.ts';

/** `npm run test:mesh-properties` runs longer. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 200);

/** A stage, a way to crash it, and in the mesh beside it what is not its own. */
class CrashStage extends MeshStage {
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

function foreignIn({ engine }: MeshStage) {
  return engine.snapshot().filter(({ name }) => name === 'by-hand' || name === 'others');
}

interface Story {
  readonly name: string;
  /** Without a crash. */
  readonly before: (stage: CrashStage) => Promise<void>;
  /** What the run that crashes finds changed. */
  readonly change: (stage: CrashStage) => void;
  readonly verify?: boolean;
}

async function settled(stage: CrashStage, ...manifests: readonly Manifest[]): Promise<void> {
  stage.apply(...manifests);
  await stage.settleInOneRun();
}

/** What the old controller left behind: resources without tags, nothing in the table, ARNs on the objects. */
function forget(stage: CrashStage): void {
  stage.stores.meshClaims.items.clear();
  stage.stores.statuses.items.clear();
  for (const { arn } of stage.engine.snapshot())
    stage.engine.handle('UntagResource', { resourceArn: arn, tagKeys: [clusterTag] });
  stage.apply(...[...stage.objects.values()].map(({ manifest }) => manifest));
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
    change: (stage) => stage.apply(...anExample()),
  },
  {
    name: 'changes: updated, renamed, moved, made and deleted at once',
    before: (stage) => settled(stage, ...anExample()),
    change: (stage) => {
      stage.apply(...changed);
      stage.delete(aNode('green'));
    },
  },
  {
    name: 'listeners of other protocols and ports, under routes that change with them, go and come',
    before: (stage) => settled(stage, ...anExample()),
    change: (stage) =>
      stage.apply(
        aRouter(
          'color',
          [routeOn('mixed', 'grpc/8080'), routeOn('new', 'http2/9090')],
          listenersOn('grpc/8080', 'http2/9090'),
        ),
      ),
  },
  {
    name: 'the deletion of all',
    before: (stage) => settled(stage, ...anExample()),
    change: (stage) => stage.delete(...anExample()),
  },
  {
    name: 'the deletion of what is referred to',
    before: (stage) => settled(stage, ...anExample()),
    change: (stage) => stage.delete(aNode('blue'), aService('front'), aBackendGroup('behind-front', [])),
  },
  {
    name: 'the takeover of what the old controller made',
    before: async (stage) => {
      await settled(stage, ...anExample());
      forget(stage);
    },
    change: (stage) => stage.apply(aNode('blue', { listeners })),
  },
  {
    name: 'a verification that finds changes made by hand',
    before: async (stage) => {
      await settled(stage, ...anExample());
      byHand(stage.engine, 'Delete', { ...route, name: 'mixed' });
      byHand(
        stage.engine,
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
  const stage = new CrashStage();
  await before(stage);
  byHand(stage.engine, 'Create', otherMesh);
  // Not where the mesh is to go: it would be in its way.
  const keepsMesh = stage.engine.snapshot().length > 1 && story.name !== 'the deletion of all';
  if (keepsMesh) byHand(stage.engine, 'Create', foreignNode, { spec: foreignSpec });
  const foreign = foreignIn(stage);
  change(stage);
  await stage.observe();
  const isCrashed = await stage.crashes.run(point, () => stage.reconcile({ verify }));
  if (isCrashed) await stage.reconcile({ verify });
  expect(foreignIn(stage), 'what others made').toEqual(foreign);
  return { stage, isCrashed };
}

describe('a crash at any call of any port', () => {
  it.each(stories.map((story) => [story.name, story] as const))(
    'the next run completes what a crash interrupted: %s',
    async (_, story) => {
      const { stage } = await received(story, undefined);
      const expected = outcomeOf(stage);
      const { calls } = stage.crashes;
      expect(calls).toBeGreaterThan(20);
      for (let call = 1; call <= calls; call++)
        for (const when of ['before', 'after'] as const) {
          const { stage, isCrashed } = await received(story, { call, when });
          expect(isCrashed, `call ${call} of ${calls}`).toBe(true);
          expect(outcomeOf(stage), `a crash ${when} call ${call} of ${calls}`).toEqual(expected);
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
  const stage = new CrashStage();
  for (const { states, crashes, verify } of steps) {
    states.forEach((state, index) => {
      const [first] = variants[index] ?? [];
      const chosen = state === undefined ? undefined : variants[index]?.[state - 1];
      if (chosen !== undefined) stage.apply(chosen);
      else if (state === 0 && first !== undefined) stage.delete(first);
    });
    await stage.observe();
    for (const point of withCrashes ? crashes : [])
      await stage.crashes.run(point as CrashPoint, () => stage.reconcile({ verify }));
    if (completes) await stage.reconcile({ verify });
  }
  return stage;
}

describe('crashes in a row', () => {
  it('change nothing about the end of any story', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const stage = await play(steps, { withCrashes: true });
        expect(outcomeOf(stage)).toEqual(outcomeOf(await play(steps, { withCrashes: false })));
        stage.delete(...sound);
        await stage.settleInOneRun();
        expect(remainsOf(stage)).toEqual([]);
      }),
      { numRuns },
    );
  }, 3_600_000);

  it('lose track of nothing, whatever changes before the next run', async () => {
    const fresh = new CrashStage();
    await settled(fresh, ...sound);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (steps, endsSound) => {
          const stage = await play(steps, { withCrashes: true, completes: false });
          if (endsSound) {
            await settled(stage, ...sound);
            expect(outcomeOf(stage)).toEqual(outcomeOf(fresh));
          }
          stage.delete(...sound);
          await stage.settleInOneRun();
          expect(remainsOf(stage)).toEqual([]);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});
