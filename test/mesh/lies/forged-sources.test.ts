import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ForgedEventError } from '../../../shared/model/errors.ts';
import { relaySource } from '../../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../../shared/model/events/mesh-reconcile-requested.ts';
import { meshStatusRequested } from '../../../shared/model/events/mesh-status-requested.ts';
import { outcomeOf } from '../harness/engine-state.ts';
import { type Forged, forged, forgedEvent } from './lies.ts';
import { soundHarness, type WiredHarness } from './wired-harness.ts';

/** `npm run test:mesh-properties` runs longer. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 10);

const ours = relaySource('local');

/** Of other clusters, whose names may be like ours, and of nobody's. */
const source = fc.constantFrom(
  ...['staging', 'loca', 'local2', 'Local', 'local/', ' local', ''].map(relaySource),
  ...['eks-mesh-sync', 'local', ours.toUpperCase(), `${ours}\n`, 'aws.ec2', ''],
);

/** What our own relay may not send: what only functions send, and to whose message group. */
const excess = fc.constantFrom(
  { run: 'sweep run-1' },
  { supersedes: { uid: 'uid-1', resourceVersion: '1000001', deleted: false } },
  { group: 'staging' },
  { group: 'localx' },
);

/** All that is stored and in App Mesh, and what is to be done. */
function allIn(harness: WiredHarness) {
  const { objects, meshClaims, statuses, listings, meshRuns } = harness.stores;
  const stored = [objects.items, meshClaims.items, statuses.items, meshRuns.items].map((items) => [...items]);
  const live = [...harness.objects].map(([key, { status }]) => [key, status]);
  return structuredClone({
    stored,
    listings,
    live,
    resources: harness.engine.snapshot(),
    queue: harness.queue,
  });
}

const forgery = fc.oneof(
  fc.record({ source, event: forged, excess: fc.constant({}) }),
  fc.record({ source: fc.constant(ours), event: forged, excess }),
);
type Forgery = typeof forgery extends fc.Arbitrary<infer T> ? T : never;

async function expectRefused(harness: WiredHarness, { source, event, excess }: Forgery): Promise<void> {
  const detail = { ...forgedEvent(harness, event), ...excess };
  const received = harness.receive(source, detail);
  await expect(received, `${source}: ${JSON.stringify(detail)}`).rejects.toBeInstanceOf(ForgedEventError);
}

/** That the events are refused for their sender alone: the cluster's own relay may send them. */
async function expectTakenFromUs(events: readonly Forged[]): Promise<void> {
  const harness = await soundHarness();
  for (const event of events) await harness.receive(ours, forgedEvent(harness, event));
}

it('an event for this cluster with the source of another, or that only functions may send, changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(forgery, { minLength: 1, maxLength: 8 }), async (forgeries) => {
      const harness = await soundHarness();
      const before = allIn(harness);
      for (const each of forgeries) await expectRefused(harness, each);
      expect(allIn(harness)).toEqual(before);
      const outcome = outcomeOf(harness);
      await harness.sweep();
      expect(outcomeOf(harness)).toEqual(outcome);
      await expectTakenFromUs(forgeries.map(({ event }) => event));
    }),
    { numRuns },
  );
}, 3_600_000);

it('what only functions send is refused if it comes over the bus, whoever sends it', async () => {
  const harness = await soundHarness();
  const requests = [
    meshReconcileRequested('local', { run: 'forged', reason: 'forged', verify: true }),
    meshStatusRequested({ cluster: 'local', namespace: 'apps' }, 0),
  ];
  const before = allIn(harness);
  for (const request of requests)
    for (const source of [ours, relaySource('staging')])
      await expect(harness.receive(source, request), source).rejects.toBeInstanceOf(ForgedEventError);
  expect(allIn(harness)).toEqual(before);
});
