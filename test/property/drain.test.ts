import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAttribute, type Command, command, perform, registerForeign } from './commands.ts';
import { faultsOf } from './faults.ts';
import { isForeign, Simulation } from './simulation.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 15);

const calm = {
  ...{ crashProbability: 0, throttleProbability: 0, duplicateProbability: 0, sweepProbability: 0 },
  ...{ apiFailureProbability: 0, operationFailureProbability: 0 },
};
const chaos = {
  ...{ crashProbability: 0.03, throttleProbability: 0.05, duplicateProbability: 0.2, sweepProbability: 0 },
  ...{ apiFailureProbability: 0.2, operationFailureProbability: 0.1 },
};

async function perform1(simulation: Simulation, step: Command): Promise<void> {
  if (step.do === 'work') await simulation.work(step.rounds);
  else if (step.do === 'relay restarts') simulation.channel.send(simulation.snapshot.listing());
  else if (step.do === 'time passes') simulation.clock.advance(step.seconds * 1000);
  else if (step.do === 'service refuses') return;
  else if (step.do === 'foreign instance') registerForeign(simulation, step.service, step.ip);
  else if (step.do === 'add attribute') addAttribute(simulation, step.number, step.key);
  else {
    simulation.channel.send(perform(simulation, step) ?? []);
    simulation.clock.advance(1_500);
  }
}

/** Of Cloud Map: what is ours there, and what is not. */
function instancesOf(simulation: Simulation) {
  const all = simulation
    .services()
    .flatMap(({ name, instances }) =>
      Object.entries(instances).map(([id, { attributes }]) => ({ id: `${name} ${id}`, attributes })),
    );
  const foreign = all.filter(({ attributes }) => isForeign(attributes));
  return {
    ours: all.filter(({ attributes }) => !isForeign(attributes)).map(({ id }) => id),
    foreign: new Map(foreign.map(({ id, attributes }) => [id, JSON.stringify(attributes)])),
  };
}

/** Sweeps, and works, until a sweep has nothing to do: what an operation failed is done again. */
async function settle(simulation: Simulation): Promise<void> {
  await simulation.work(60);
  simulation.setFaults(calm);
  for (let count = 0; count < 4; count += 1) {
    const isDone = await simulation.drain();
    expect(isDone ? 'done' : String(simulation.failures.at(-1))).toBe('done');
    await simulation.sweepAlone();
  }
  await simulation.drain();
  expect(simulation.violations).toEqual([]);
}

describe('a drained cluster', () => {
  it('has nothing in Cloud Map, whatever happens before, meanwhile and after, and all again when the drain ends', async () => {
    const setting = fc.record({
      seed: fc.integer(),
      healthCheck: fc.constantFrom('custom' as const, 'none' as const),
      kind: fc.constantFrom('http' as const, 'private-dns' as const),
      messageGroup: fc.constantFrom('path' as const, 'literal' as const),
      places: fc.constantFrom(1, 2, 1000),
      before: fc.array(command, { minLength: 5, maxLength: 25 }),
      meanwhile: fc.array(command, { maxLength: 15 }),
      after: fc.array(command, { maxLength: 10 }),
    });
    const property = fc.asyncProperty(setting, async ({ seed, healthCheck, kind, messageGroup, ...rest }) => {
      const { places, before, meanwhile, after } = rest;
      const simulation = new Simulation(seed, healthCheck, kind, { messageGroup, places });
      simulation.setFaults(chaos);
      simulation.channel.send(simulation.snapshot.listing());
      for (const step of before) await perform1(simulation, step);
      await simulation.setDrained(true);
      for (const step of meanwhile) await perform1(simulation, step);
      simulation.clock.advance(5_000); // what somebody else registered last may not be there yet
      const { foreign } = instancesOf(simulation);
      await settle(simulation);
      expect(instancesOf(simulation)).toEqual({ ours: [], foreign });
      expect([...simulation.stores.claims.items.keys()]).toEqual([]);
      for (const { name, instances } of simulation.services()) {
        const isKept = Object.keys(instances).length > 0;
        expect(isKept ? 'has instances of others' : name).toBe('has instances of others');
      }

      simulation.setFaults(chaos);
      for (const step of after) await perform1(simulation, step);
      await simulation.work(60);
      expect(instancesOf(simulation).ours).toEqual([]);
      await settle(simulation);
      expect(instancesOf(simulation).ours).toEqual([]);

      await simulation.setDrained(false);
      const there = instancesOf(simulation).foreign;
      await settle(simulation);
      simulation.cloudMap.stop();
      expect(faultsOf(simulation, healthCheck === 'custom', there, 'are over')).toEqual([]);
      const { pods, mesh } = simulation.channel.queues;
      expect([...pods.deadLetters, ...mesh.deadLetters]).toEqual([]);
    });
    await fc.assert(property, { numRuns });
  }, 3_600_000);
});
