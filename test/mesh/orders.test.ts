import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { Random } from '../property/random.ts';
import { keysIn, outcomeOf, remainsOf } from './harness/engine-state.ts';
import { type Manifest, MeshHarness } from './harness/harness.ts';
import { anExample, exampleKeys } from './harness/manifests.ts';
import { filesOfManifests, manifestsOf, missingManifests } from './harness/vectors.ts';

/** `npm run test:mesh-properties` runs longer. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 10);

/** Of each object an earlier state too, so that there is something old to be repeated; of routers with other listeners. */
function earlier(manifest: Manifest): Manifest {
  if (manifest.kind === 'VirtualRouter')
    return { ...manifest, spec: { ...manifest.spec, ...asTcp(manifest) } };
  return { ...manifest, spec: { ...manifest.spec, awsName: `${manifest.metadata.name}-before` } };
}

interface AnyRoute {
  readonly name: string;
  readonly [member: string]: unknown;
}

/** The listeners and routes of a router as they would be for TCP. */
function asTcp({ spec }: Manifest) {
  const { listeners = [], routes = [] } = spec as {
    readonly listeners?: readonly { readonly portMapping: object }[];
    readonly routes?: readonly AnyRoute[];
  };
  const actionOf = ({ name, ...route }: AnyRoute) => {
    const types = Object.entries(route).filter(([member]) => member.endsWith('Route'));
    return types.map(([, type]) => (type as { readonly action: unknown }).action)[0];
  };
  return {
    listeners: listeners.map(({ portMapping }) => ({ portMapping: { ...portMapping, protocol: 'tcp' } })),
    routes: routes.map((route) => ({ name: route.name, tcpRoute: { action: actionOf(route) } })),
  };
}

/** Events of a harness in another order, some twice, with runs in between. */
async function deliver(harness: MeshHarness, events: readonly EventDetail[], random: Random): Promise<void> {
  const doubled = events.flatMap((event) => (random.chance(0.3) ? [event, event] : [event]));
  const waiting = [...doubled];
  while (waiting.length > 0) {
    harness.queue.push(random.takeFrom(waiting));
    if (random.chance(0.4)) await harness.settle();
  }
  await harness.settle();
}

/** The events that a change makes, taken off the queue. */
function eventsOf(harness: MeshHarness, change: () => void): readonly EventDetail[] {
  change();
  return harness.queue.splice(0);
}

async function inOrder(manifests: readonly Manifest[]) {
  const harness = new MeshHarness();
  harness.apply(...manifests);
  await harness.settle();
  return outcomeOf(harness);
}

/** Applies in one order, deletes in another; answers the outcome of the first and what is left after the second. */
async function inAnyOrder(manifests: readonly Manifest[], deleted: readonly Manifest[], seed: number) {
  const random = new Random(seed);
  const harness = new MeshHarness();
  const changed = manifests.filter(({ kind }) => kind !== 'Namespace' && random.chance(0.3));
  const old = eventsOf(harness, () => harness.apply(...changed.map(earlier)));
  const news = eventsOf(harness, () => harness.apply(...manifests));
  await deliver(harness, [...old, ...news], random);
  const outcome = outcomeOf(harness);
  const ends = eventsOf(harness, () => harness.delete(...deleted));
  await deliver(harness, [...ends, ...news.filter(() => random.chance(0.3))], random);
  return { outcome, remains: remainsOf(harness) };
}

async function holdsInAnyOrder(manifests: readonly Manifest[], runs: number): Promise<void> {
  const expected = await inOrder(manifests);
  const whole = { minLength: manifests.length };
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...manifests], whole),
      fc.shuffledSubarray([...manifests], whole),
      fc.integer(),
      async (applied, deleted, seed) => {
        const { outcome, remains } = await inAnyOrder(applied, deleted, seed);
        expect(outcome).toEqual(expected);
        expect(remains).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
}

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;

describe('in whatever order events come, doubled or late, with runs in between', () => {
  it('an example of every kind ends as it does in order, and leaves nothing behind', async () => {
    const { resources } = await inOrder(anExample());
    expect(Object.keys(resources).sort()).toEqual(exampleKeys);
    await holdsInAnyOrder(anExample(), numRuns);
  }, 3_600_000);

  it('each object deleted first, alone, leaves the others’ resources or unblocks with the last of them', async () => {
    for (const first of anExample()) {
      const harness = new MeshHarness();
      harness.apply(...anExample());
      await harness.settle();
      harness.delete(first);
      await harness.settle();
      const left = anExample().filter(
        ({ kind, metadata }) => kind !== first.kind || metadata !== first.metadata,
      );
      expect(keysIn(harness.engine).length, first.kind).toBeGreaterThanOrEqual(exampleKeys.length - 2);
      harness.delete(...left);
      await harness.settle();
      expect(remainsOf(harness), first.metadata.name).toEqual([]);
    }
  });

  describe.skipIf(missingManifests !== undefined)(`manifests that people run${reason}`, () => {
    const files = missingManifests === undefined ? filesOfManifests() : [];
    const alone = files.filter(
      (file) => /^howto-k8s-[a-z]+(-gateway|-policy|-v2)?\.yaml$/.test(file) || /http2/.test(file),
    );
    const base = 'howto-k8s-http-ingress-v2.yaml';
    const together = [
      ...alone.map((file) => [file]),
      [base, ...files.filter((file) => file.startsWith('howto-k8s-http-ingress-v2-'))],
      files.filter((file) => /appmesh-yelb/.test(file)),
    ];
    it.each(together.map((names) => [names.join(', '), names] as const))(
      '%s',
      async (_, names) => {
        const ground = /yelb/.test(names[0] ?? '') ? yelbGround() : [];
        await holdsInAnyOrder([...ground, ...manifestsOf(...names)], Math.ceil(numRuns / 10));
      },
      3_600_000,
    );
  });
});

function yelbGround(): readonly Manifest[] {
  const labels = { mesh: 'yelb' };
  return [
    { kind: 'Namespace', metadata: { name: 'yelb', labels } },
    { kind: 'Mesh', metadata: { name: 'yelb' }, spec: { namespaceSelector: { matchLabels: labels } } },
  ];
}
