import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type { MessageGroup } from '../scenario/harness.ts';
import {
  addAttribute,
  type Command,
  command,
  commandOfAttributes,
  commandOfOneService,
  perform,
  registerForeign,
} from './commands.ts';
import { faultsOf, isHealthyByHand } from './faults.ts';
import { type Forgery, forgery, type Lie, lie, report, sendAsAnother } from './lies.ts';
import { isForeign, Simulation } from './simulation.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 30);

const seed = fc.integer();
const healthCheck = fc.constantFrom('custom' as const, 'none' as const);
const kind = fc.constantFrom('http' as const, 'private-dns' as const);
const messageGroup = fc.constantFrom('path' as const, 'literal' as const);

interface Setting {
  readonly seed: number;
  readonly healthCheck: 'custom' | 'none';
  readonly kind: 'http' | 'private-dns';
  /** What mends a loss in the end; without losses nothing may be needed. */
  readonly mending: 'nothing' | 'a listing' | 'a sweep';
  readonly messageGroup: MessageGroup;
  /** How many instances a service can have. */
  readonly places: number;
  /** Of operations, where a sweep mends what failed. */
  readonly operationFailureProbability?: number;
}

async function expectTruth(commands: readonly Command[], setting: Setting): Promise<void> {
  await truthAfter(commands, setting);
}

/** Does it all, and expects Cloud Map to be true in the end. */
async function truthAfter(commands: readonly (Command | Forgery)[], setting: Setting): Promise<Simulation> {
  const { seed, healthCheck, kind, mending, messageGroup, places } = setting;
  const isLossy = mending !== 'nothing';
  const simulation = new Simulation(seed, healthCheck, kind, { messageGroup, places });
  const sweepProbability = mending === 'a sweep' ? 0.1 : 0;
  const faults = { crashProbability: 0.02, throttleProbability: 0.05, duplicateProbability: 0.2 };
  const apiFailureProbability = mending === 'a sweep' ? 0.2 : 0;
  const operationFailureProbability =
    mending === 'a sweep' ? (setting.operationFailureProbability ?? 0.1) : 0;
  const chaos = { ...faults, sweepProbability, apiFailureProbability, operationFailureProbability };
  simulation.setFaults(chaos);
  simulation.channel.send(simulation.snapshot.listing());
  const foreign = new Map<string, string>();

  for (const step of commands) {
    if (step.do === 'work') await simulation.work(step.rounds);
    else if (step.do === 'relay restarts') isLossy && simulation.channel.send(simulation.snapshot.listing());
    else if (step.do === 'time passes') simulation.clock.advance(step.seconds * 1000);
    else if (step.do === 'service refuses')
      simulation.refusing[step.refuses ? 'add' : 'delete'](step.service);
    else if (step.do === 'send as another') sendAsAnother(simulation, step);
    else if (step.do === 'foreign instance') registerForeign(simulation, step.service, step.ip);
    else if (step.do === 'add attribute') addAttribute(simulation, step.number, step.key);
    else {
      const events = perform(simulation, step) ?? [];
      const isLost = isLossy && simulation.random.chance(0.1);
      if (!isLost) simulation.channel.send(events);
      simulation.clock.advance(1_500);
    }
  }
  for (const { name, instances } of simulation.services())
    for (const [id, { attributes }] of Object.entries(instances))
      if (isForeign(attributes)) foreign.set(`${name} ${id}`, JSON.stringify(attributes));

  if (mending === 'a listing') simulation.channel.send(simulation.snapshot.listing());
  await simulation.work(60);
  simulation.setFaults({
    ...chaos,
    crashProbability: 0,
    throttleProbability: 0,
    sweepProbability: 0,
    apiFailureProbability: 0,
    operationFailureProbability: 0,
  });
  simulation.refusing.clear();
  await simulation.drain();
  // An event of before may have come after that listing, and its pod's deletion be lost: until the next one.
  if (mending === 'a listing') simulation.channel.send(simulation.snapshot.listing());
  if (mending === 'a sweep') await simulation.sweepAlone();
  const expectDrained = async () => {
    const isDrained = await simulation.drain();
    expect(simulation.violations).toEqual([]);
    expect(isDrained ? 'drained' : String(simulation.failures.at(-1))).toBe('drained');
  };
  await expectDrained();
  const remaining = (releases: 'may remain' | 'are over') =>
    faultsOf(simulation, healthCheck === 'custom', foreign, releases);
  // Only a sweep sees the health that somebody else set.
  const isForSweep = (fault: string) => mending !== 'a sweep' && isHealthyByHand(simulation, fault);
  expect(remaining('may remain').filter((fault) => !isForSweep(fault))).toEqual([]);
  await simulation.sweepAlone();
  await expectDrained();
  expect(remaining('are over')).toEqual([]);
  simulation.cloudMap.stop();
  expectForgedDeadLettered(simulation);
  return simulation;
}

/** All that was forged is dead-lettered for that reason, and nothing else is. */
function expectForgedDeadLettered({ channel }: Simulation): void {
  const { pods, mesh } = channel.queues;
  const deadLetters = [...pods.deadLetters, ...mesh.deadLetters];
  expect(deadLetters.filter(({ reason }) => !reason?.includes(', sent as eks-mesh-sync/'))).toEqual([]);
  expect(new Set(deadLetters.map(({ body }) => body))).toEqual(new Set(channel.forged));
}

describe('when all is delivered', () => {
  it('Cloud Map equals the desired state when all is delivered, whatever was lost, late, doubled or crashed on the way', async () => {
    const setting = fc.record({
      ...{ seed, healthCheck, kind, messageGroup },
      mending: fc.constantFrom('nothing' as const, 'a listing' as const, 'a sweep' as const),
      places: fc.constant(1000),
    });
    const commands = fc.array(command, { minLength: 5, maxLength: 40 });
    await fc.assert(fc.asyncProperty(commands, setting, expectTruth), { numRuns });
  }, 3_600_000);

  it('a service has as many instances as it has places for its pods, and what others added to those', async () => {
    const setting = fc.record({
      ...{ seed, healthCheck, kind, messageGroup },
      mending: fc.constantFrom('nothing' as const, 'nothing' as const, 'a sweep' as const),
      places: fc.constantFrom(1, 2, 1000),
    });
    const commands = fc.array(commandOfOneService, { minLength: 10, maxLength: 40 });
    await fc.assert(fc.asyncProperty(commands, setting, expectTruth), { numRuns });
  }, 3_600_000);

  it('an attribute of ours goes and one that others added stays, though updates are accepted and fail', async () => {
    const setting = fc.record({
      ...{ seed, healthCheck, kind, messageGroup },
      mending: fc.constant('a sweep' as const),
      places: fc.constant(1000),
      operationFailureProbability: fc.constant(0.4),
    });
    const commands = fc.array(commandOfAttributes, { minLength: 10, maxLength: 40 });
    await fc.assert(fc.asyncProperty(commands, setting, expectTruth), { numRuns });
  }, 3_600_000);
});

describe('whatever false was heard of a cluster, or done to it', () => {
  it('an event that its sender may not send goes to the dead-letter queue, calls nothing and changes nothing', async () => {
    const setting = fc.record({
      ...{ seed, healthCheck, kind, messageGroup },
      mending: fc.constant('nothing' as const),
      places: fc.constant(1000),
    });
    const commands = fc.array(
      fc.oneof({ weight: 3, arbitrary: command }, { weight: 1, arbitrary: forgery }),
      { minLength: 5, maxLength: 40 },
    );
    const last = fc.array(forgery, { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(commands, last, setting, async (commands, last, setting) => {
      const simulation = await truthAfter(commands, setting);
      for (const step of last) sendAsAnother(simulation, step);
      const called: string[] = [];
      simulation.interleaving.onCall = (method) => called.push(method);
      await simulation.drain();
      expect(called.filter((method) => method !== 'deadLetter')).toEqual([]);
      expectForgedDeadLettered(simulation);
    });
    await fc.assert(property, { numRuns });
  }, 3_600_000);

  it('Cloud Map is true after one sweep that reads the API server, whatever false was received of a cluster', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: command }, { weight: 1, arbitrary: lie }), {
          ...{ minLength: 5, maxLength: 40 },
        }),
        fc.record({ seed, healthCheck, messageGroup }),
        async (commands, { seed, healthCheck, messageGroup }) => {
          const simulation = new Simulation(seed, healthCheck, 'http', { messageGroup });
          const calm = {
            ...{ crashProbability: 0, throttleProbability: 0, apiFailureProbability: 0 },
            operationFailureProbability: 0,
          };
          const duplicateProbability = 0.2;
          simulation.setFaults({ ...calm, sweepProbability: 0.1, duplicateProbability });
          simulation.channel.send(simulation.snapshot.listing());
          const late: EventDetail[] = [];
          for (const step of commands) {
            if (step.do === 'work') await simulation.work(step.rounds);
            else if (step.do === 'time passes') simulation.clock.advance(step.seconds * 1000);
            else if (step.do === 'foreign instance' || step.do === 'add attribute') continue;
            else if (step.do === 'relay restarts') simulation.channel.send(simulation.snapshot.listing());
            else if (isLie(step)) report(simulation, step, late);
            else {
              const events = perform(simulation, step) ?? [];
              if (!simulation.random.chance(0.1)) simulation.channel.send(events);
              simulation.clock.advance(1_500);
            }
          }
          simulation.channel.send(late);
          simulation.setFaults({ ...calm, sweepProbability: 0, duplicateProbability });
          await simulation.drain();
          await simulation.sweepAlone();
          const isDrained = await simulation.drain();
          simulation.cloudMap.stop();
          expect(isDrained ? 'drained' : String(simulation.failures.at(-1))).toBe('drained');
          expect(faultsOf(simulation, healthCheck === 'custom', new Map(), 'may remain')).toEqual([]);
          expectForgedDeadLettered(simulation);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});

const lies: ReadonlySet<string> = new Set([
  'forge listing',
  'forge pod',
  'forge zone',
  'forge node',
  'forge namespace',
  'etcd',
  'clock',
  'late listing',
]);

function isLie(step: { readonly do: string }): step is Lie {
  return lies.has(step.do);
}
