import { clients } from '../end-to-end/harness/clients.ts';
import { Random } from '../property/random.ts';
import type { Instance } from './check.ts';
import { Churn } from './churn.ts';
import { DisturbedHost } from './disturbed-host.ts';
import { initialManifests, versions } from './manifests.ts';
import { Observer, type SweepReport } from './observe.ts';
import { differences, type Settled, seconds, settle } from './settle.ts';

/** Churn and faults before each check. */
const roundMs = 120_000;
/** From the end of the faults until all messages are worked off: those that failed often wait up to 256 s. */
const maxDrainMs = 300_000;
/** In a round: a sweep takes ten instances of a service, or 20 %, and leaves the rest to the next one. */
const maxSweeps = 3;
/** Explained in full when a run has failed. */
const maxExplained = 3;

/**
 * Rounds of churn and faults, with a sweep after each; at the end all messages are worked off, and what was true then still
 * has to be. Answers how many violations were found.
 */
export async function soak(options: { readonly minutes: number; readonly seed: number }): Promise<number> {
  const { minutes, seed } = options;
  const startedAtMs = Date.now();
  const host = await DisturbedHost.start(seed);
  const { kubectl, aws } = clients(host.place);
  const observer = new Observer(kubectl, aws);
  const churn = new Churn(new Random(seed), { kubectl, aws }, observer);
  print(`seed ${seed}, ${minutes} minutes; the log of the functions and the relay: ${host.place.log}`);
  await kubectl(['apply', '-f', '-'], initialManifests(2));
  await observer.untilDrained(60_000);
  const foreign = await registerForeign(observer, aws);

  const found: string[] = [];
  let faults: ReadonlyMap<string, number> = new Map();
  const endMs = Date.now() + minutes * 60_000;
  for (let round = 1; Date.now() < endMs; round++) {
    host.disturb();
    const roundEndMs = Math.min(endMs, Date.now() + roundMs);
    while (Date.now() < roundEndMs) await churn.turn();
    faults = await host.calm();
    found.push(...(await checkRound(round, observer, foreign)));
  }
  found.push(...(await checkEnd(observer, foreign)));
  for (const line of found.slice(0, maxExplained)) await explain(observer, line);
  print(`changes: ${text(churn.counts)}`);
  print(`faults: ${text(faults)}`);
  print(`${churn.podsSeen} pods, ${await operationsOf(observer)}`);
  await host.close({ keepLog: found.length > 0 });
  print(`${found.length} violations in ${seconds(Date.now() - startedAtMs)}`);
  return found.length;
}

/** One sweep, and then no violation may be left; only what a sweep has refused to delete may need another one. */
async function checkRound(
  round: number,
  observer: Observer,
  foreign: readonly Instance[],
): Promise<readonly string[]> {
  const before = await differences(observer, foreign, { isWhole: true });
  const { reports, found, afterMs } = await sweepAndSettle(observer, foreign);
  print(
    `round ${round}: ${before.length} differences before the sweep, which found ${reports.map(({ counts }) => JSON.stringify(counts)).join(', then ')}; ` +
      `${found.length} violations ${seconds(afterMs)} after it`,
  );
  for (const { service, instanceId, reason } of reports.flatMap(({ refused }) => refused))
    print(`  refused ${service}/${instanceId}: ${reason}`);
  for (const line of found) print(`  ${line}`);
  return found;
}

async function sweepAndSettle(
  observer: Observer,
  foreign: readonly Instance[],
  before: readonly SweepReport[] = [],
): Promise<Settled & { readonly reports: readonly SweepReport[] }> {
  const report = await observer.sweep();
  const reports = [...before, report];
  const settled = await settle(observer, foreign);
  const isLeftToNext = settled.found.length > 0 && settled.found.every((line) => isRefused(report, line));
  return isLeftToNext && reports.length < maxSweeps
    ? sweepAndSettle(observer, foreign, reports)
    : { ...settled, reports };
}

/** Whether an instance that is stale is one that the sweep refused to delete, and reported. */
function isRefused({ refused }: SweepReport, violation: string): boolean {
  return refused.some(({ service = '', instanceId }) => {
    const [serviceName] = service.split('/').slice(-1);
    return violation.startsWith(`stale ${serviceName}/${instanceId} `);
  });
}

/** What failed and is tried again later must do no harm, and nothing is dead-lettered that could have succeeded. */
async function checkEnd(observer: Observer, foreign: readonly Instance[]): Promise<readonly string[]> {
  const startedAtMs = Date.now();
  const isDrained = await observer.untilDrained(maxDrainMs);
  const found = [
    ...(await differences(observer, foreign, { isWhole: true })),
    ...(isDrained ? [] : [`messages are left ${seconds(maxDrainMs)} after the last check`]),
    ...(await observer.deadLetters()).map((reason) => `dead letter: ${reason}`),
  ];
  print(`all messages are worked off ${seconds(Date.now() - startedAtMs)} later; ${found.length} violations`);
  for (const line of found) print(`  ${line}`);
  return found;
}

/** What the product itself says of the instance that a violation names. */
async function explain(observer: Observer, violation: string): Promise<void> {
  const instance = /\/(\d+\.\d+\.\d+\.\d+)/.exec(violation)?.[1];
  if (instance !== undefined) print(`${violation}:\n${await observer.explain(instance)}`);
}

/** What an ECS task would be: one instance in each service, which nobody may touch. */
async function registerForeign(
  observer: Observer,
  aws: (...args: readonly string[]) => Promise<unknown>,
): Promise<readonly Instance[]> {
  const services = [...new Set(versions.map(({ service }) => service))];
  for (const service of services)
    await aws(
      ...['servicediscovery', 'register-instance', '--service-id', await observer.serviceId(service)],
      ...['--instance-id', `ecs-${service}`, '--attributes', 'AWS_INSTANCE_IPV4=10.99.0.1,ECS_TASK=soak'],
    );
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const instances = await Promise.all(services.map((service) => observer.instancesOf(service)));
  return instances.flat().filter(({ InstanceId }) => InstanceId.startsWith('ecs-'));
}

async function operationsOf(observer: Observer): Promise<string> {
  const operations = await observer.operations();
  const failed = operations.filter((status) => status === 'FAIL').length;
  return `${operations.length} operations of Cloud Map, of which ${failed} failed`;
}

function text(counts: ReadonlyMap<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return `${total}: ${[...counts].map(([name, count]) => `${count} × ${name}`).join(', ')}`;
}

function print(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
