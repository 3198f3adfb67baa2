import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CrashPoint } from '../harness/crashes.ts';
import { failure } from '../harness/engine-state.ts';
import type { Manifest } from '../harness/harness.ts';
import { aNode, aRoute, aRouter } from '../harness/manifests.ts';
import { ObjectsHarness, router, shop } from './objects-harness.ts';

/** `npm run test:mesh-properties` runs longer. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);

const foreign = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { namespace: 'apps', name: 'theirs', labels: { team: 'theirs' } },
  spec: { hosts: ['theirs'] },
};

interface Story {
  readonly name: string;
  readonly before: readonly Manifest[];
  readonly apply?: readonly Manifest[];
  readonly delete?: readonly Manifest[];
  readonly byHand?: (harness: ObjectsHarness) => Promise<void>;
  readonly verify?: boolean;
}

const withoutNamespace = shop.filter(({ kind }) => kind !== 'Namespace');
const changed = aNode('blue', { listeners: [{ portMapping: { port: 9090, protocol: 'http' } }] });

const stories: readonly Story[] = [
  { name: 'the first run', before: [], apply: shop },
  { name: 'a changed spec', before: shop, apply: [changed, router({ blue: 3, green: 1 })] },
  { name: 'deleted objects', before: shop, delete: withoutNamespace },
  {
    name: 'a name that passes to another object',
    before: shop,
    delete: [aNode('blue')],
    apply: [aRouter('paths', [aRoute('all', { green: 1 })]), aNode('heir', { awsName: 'blue' })],
  },
  { name: 'a name that somebody else has', before: shop, apply: [aNode('theirs')] },
  {
    name: 'a repair of what was changed and deleted by hand',
    before: shop,
    byHand: async (harness) => {
      const { kubernetes } = harness;
      const blue = {
        ...foreign,
        metadata: { namespace: 'apps', name: 'blue' },
        spec: { hosts: ['changed'] },
      };
      kubernetes.write(blue, { manager: 'kubectl', force: true });
      const { metadata } = harness.object('VirtualService apps/front');
      const id = { apiVersion: foreign.apiVersion, kind: 'VirtualService', namespace: 'apps', name: 'front' };
      await kubernetes.delete({ id, uid: metadata.uid });
    },
    verify: true,
  },
];

async function begun(story: Story): Promise<ObjectsHarness> {
  const harness = new ObjectsHarness();
  harness.kubernetes.write(foreign, { manager: 'kubectl' });
  await harness.changesAfter(...story.before);
  await story.byHand?.(harness);
  return harness;
}

/** What changed is observed; the run has not begun. */
async function observe(harness: ObjectsHarness, change: Pick<Story, 'apply' | 'delete'>): Promise<void> {
  harness.delete(...(change.delete ?? []));
  harness.apply(...(change.apply ?? []));
  for (let event = harness.queue.shift(); event !== undefined; event = harness.queue.shift())
    if (event.type !== 'Mesh Reconcile Requested') await harness.handle(event);
}

function outcomeOf(harness: ObjectsHarness) {
  const claims = [...harness.stores.meshClaims.items].map(([key, claim]) => {
    const { phase, fingerprint, dependsOn, refused, sources } = claim as typeof claim & { sources?: unknown };
    return [key, { phase, fingerprint, dependsOn: [...dependsOn].sort(), refused, sources }];
  });
  const objects = [...harness.objects.values()].map(({ manifest: { kind, metadata } }) => [
    `${kind} ${metadata.name}`,
    harness.activeOf(kind, metadata.name, metadata.namespace),
  ]);
  return {
    objects: harness.specs(),
    claims: Object.fromEntries(claims),
    statuses: Object.fromEntries(objects),
  };
}

describe('a crash of a run whose target are objects', () => {
  it.each(stories)('a crash at any call during $name changes nothing in the end', async (story) => {
    const run = (harness: ObjectsHarness) => harness.reconcile({ verify: story.verify ?? false });
    const smooth = await begun(story);
    await observe(smooth, story);
    await run(smooth);
    const expected = outcomeOf(smooth);
    const theirs = smooth.object('ServiceEntry apps/theirs');
    expect(theirs.spec, 'what is theirs is not changed').toEqual({ hosts: ['theirs'] });
    for (const when of ['before', 'after'] as const)
      for (let call = 1, isCrashed = true; isCrashed; call++) {
        const harness = await begun(story);
        await observe(harness, story);
        isCrashed = await harness.crashes.run({ call, when }, () => run(harness));
        expect(await failure(() => run(harness)), `crash ${when} call ${call}`).toBe('');
        expect(outcomeOf(harness), `crash ${when} call ${call}`).toEqual(expected);
      }
  });

  it('any changes with any crashes end as without them, and change nothing of others', {
    timeout: 30_000 + numRuns * 300,
  }, async () => {
    const node = fc.record({
      name: fc.constantFrom('blue', 'green', 'theirs'),
      port: fc.integer({ min: 1, max: 3 }),
      change: fc.constantFrom('apply', 'delete'),
    });
    const crash = fc.option(
      fc.record({ call: fc.integer({ min: 1, max: 40 }), when: fc.constantFrom('before', 'after') }),
    );
    const steps = fc.array(fc.record({ node, crash }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const [crashing, smooth] = [await settledShop(), await settledShop()];
        for (const { node: step, crash: point } of all) {
          const listeners = [{ portMapping: { port: step.port, protocol: 'http' } }];
          const change = { [step.change]: [aNode(step.name, { listeners })] };
          await observe(smooth, change);
          await observe(crashing, change);
          await smooth.reconcile();
          await crashing.crashes.run((point ?? undefined) as CrashPoint | undefined, () =>
            crashing.reconcile(),
          );
        }
        // What is referred to after its deletion keeps the state of some run: all of it is wanted again in the end.
        for (const harness of [crashing, smooth]) {
          await observe(harness, { apply: shop });
          await harness.reconcile({ verify: true });
        }
        expect(outcomeOf(crashing)).toEqual(outcomeOf(smooth));
        expect(crashing.object('ServiceEntry apps/theirs').spec).toEqual({ hosts: ['theirs'] });
      }),
      { numRuns },
    );
  });
});

function settledShop(): Promise<ObjectsHarness> {
  return begun({ name: 'nothing changes', before: shop });
}
