import { describe, expect, it } from 'vitest';
import { resync } from '../../shared/sweep/resync.ts';
import { aSweptCluster, emptyListing, leftover, nowMs } from './sweeping.ts';

const counts = (deletions: number) =>
  `Plan: 0 to create, 0 to update, ${deletions} to delete, 0 to reevaluate, 0 to ignore, 0 refused.`;
const usual = { cluster: 'local', dryRun: false, force: false, adopt: true };
type Request = Parameters<typeof resync>[1];

/** The answer of a resync, and the types and reasons of what is sent. */
async function resynced(
  request: Partial<Request> = {},
  { config = {}, isDrained = false, instances = {} as Readonly<Record<string, typeof leftover>> } = {},
) {
  const { deps, sent, putFront, stores, meshRuns } = aSweptCluster(emptyListing, config);
  await meshRuns.save('local', { endedAtMs: nowMs, verifiedAtMs: { 'app-mesh': nowMs } });
  if (Object.keys(instances).length > 0) await putFront(instances);
  if (isDrained) await deps.drains.begin('local', nowMs);
  const { report, answer } = await resync(deps, { ...usual, ...request }, 'run-1');
  const { plan, ...rest } = answer as { plan: readonly string[]; dryRun: boolean; report: unknown };
  return { report, plan, rest, sent, drain: await stores.drains.find('local') };
}

describe('a resync', () => {
  it('answers with its plan in lines and its report', async () => {
    const { report, plan, rest } = await resynced();
    expect(plan).toEqual([
      'Plan for cluster local, from its api server:',
      '',
      '  Nothing to do: the cluster, the table and Cloud Map agree.',
      '',
      counts(0),
    ]);
    expect(rest).toStrictEqual({ dryRun: false, report });
    expect(report).toMatchObject({ run: 'run-1', cluster: 'local', repairs: 0 });
  });

  it('says what it does to the mesh, which it verifies however recently that was done', async () => {
    const { plan, sent } = await resynced({}, { config: { mesh: ['app-mesh'] } });
    expect(plan.at(-1)).toBe(
      'Mesh: reconcile-mesh compares all mesh objects with App Mesh and repairs drift.',
    );
    expect(sent).toMatchObject([{ type: 'Mesh Reconcile Requested', verify: true }]);
    const dry = await resynced({ dryRun: true }, { config: { mesh: ['app-mesh'] } });
    expect([dry.plan.at(-1)?.startsWith('Mesh: not compared'), dry.sent]).toEqual([true, []]);
  });

  it.each<[string, Partial<Request>, string[]]>([
    ['of a cluster', {}, ['Service Entries Poll Requested']],
    ['of a cluster that ends its drain', { drain: false }, ['Service Entries Poll Requested']],
    ['of a namespace', { namespace: 'shop' }, []],
    ['of a pod', { namespace: 'shop', pod: 'front-1' }, []],
    ['that only plans', { dryRun: true }, []],
    ['that drains the cluster', { drain: true }, []],
  ])('%s compares ServiceEntries with all of Cloud Map: %j', async (_what, request, expected) => {
    const { sent } = await resynced(request, { config: { serviceEntries: {} } });
    expect(sent.map(({ type }) => type)).toEqual(expected);
    for (const event of sent) expect(event).toMatchObject({ run: 'run-1', reason: 'resync', isFull: true });
    expect((await resynced(request)).sent).toEqual([]);
  });

  it('is of the namespace and the pod alone', async () => {
    const instances = { '10.0.0.9': leftover };
    const planOf = async (request: Partial<Request>) => (await resynced(request, { instances })).plan.at(-1);
    expect(await planOf({})).toBe(counts(1));
    expect(await planOf({ namespace: 'shop' })).toBe(counts(1));
    expect(await planOf({ namespace: 'blue' })).toBe(counts(0));
    expect(await planOf({ namespace: 'shop', pod: 'front-9' })).toBe(counts(1));
    expect(await planOf({ namespace: 'shop', pod: 'front-1' })).toBe(counts(0));
  });
});

describe('a resync that drains its cluster', () => {
  const ended = 'Drained cluster local: 0 instances deregistered, 0 services removed, 0 kept';

  it('begins the drain, and says how far it is', async () => {
    const { plan, rest, drain } = await resynced({ drain: true });
    expect(drain).toEqual({ sinceMs: nowMs, instances: 0 });
    expect(plan.slice(2)).toEqual(['  No instance has to be deregistered.', '', counts(0), '', ended]);
    expect(rest).toMatchObject({ drain: { since: '2026-11-21T12:00:00.000Z', hasEnded: true } });
  });

  it('that only plans begins none, and says what it would do', async () => {
    const { plan, rest, drain, sent } = await resynced(
      { drain: true, dryRun: true },
      { instances: { '10.0.0.9': leftover } },
    );
    expect([drain, sent]).toEqual([undefined, []]);
    expect(plan.slice(-3)).toEqual([
      ...[counts(1), ''],
      'Without dryRun, 1 instance is deregistered, and the service is removed if it was made for cluster local ' +
        'and is empty then. Nothing is registered again until a resync with "drain": false',
    ]);
    expect(rest).toMatchObject({ dryRun: true, drain: { remaining: 1 } });
  });

  it('without saying so is of a cluster that is drained already', async () => {
    const { plan, drain } = await resynced({}, { isDrained: true });
    expect(drain).toEqual({ sinceMs: nowMs, instances: 0 });
    expect(plan.slice(2)).toEqual([
      '  Nothing to do: the cluster, the table and Cloud Map agree.',
      ...['', counts(0), '', ended],
    ]);
  });

  it('ends the drain if it says so', async () => {
    const { plan, drain } = await resynced({ drain: false }, { isDrained: true });
    expect(drain).toBeUndefined();
    expect(plan.at(-1)).toBe(counts(0));
  });
});
