import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clients, missingClients } from '../end-to-end/support/clients.ts';
import { Random } from '../property/random.ts';
import { type Instance, violations } from './check.ts';
import { Churn } from './churn.ts';
import type { FromHost, ToHost } from './host.ts';
import { initialManifests, versions } from './manifests.ts';
import { Observer } from './observe.ts';

/** Churn and faults before each check. */
const roundMs = 120_000;
/** From the sweep until all messages are done with: the longest wait between two attempts is five minutes. */
const maxSettleMs = 400_000;

const help = `Runs the playground's processes under churn and faults, and checks with kubectl and aws that one sweep makes all true.

Usage: npm run test:soak -- [--minutes N] [--seed S]

  --minutes N   How long things change and fail, in all (10)
  --seed S      What happens follows from it (today's date)

Exit status: 0 without a violation, 1 with one, 2 for a mistake in the options.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const [minutes, seed] = [positive('--minutes', values.minutes), positive('--seed', values.seed)];
const missing = missingClients();
if (missing.length > 0) {
  process.stderr.write(`The soak reads with ${missing.join(' and ')}, which is not installed.\n`);
  process.exit(2);
}
process.exit((await soak()) === 0 ? 0 : 1);

/** Answers how many violations were found. */
async function soak(): Promise<number> {
  const host = spawn(process.execPath, [join(import.meta.dirname, 'host.ts'), String(seed)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  process.once('exit', () => host.kill());
  const started = await message(host, 'started');
  const tools = clients(started);
  const observer = new Observer(tools.kubectl, tools.aws);
  const churn = new Churn(new Random(seed), tools, observer);
  print(`seed ${seed}, ${minutes} minutes; the log of the functions and the relay: ${started.log}`);
  await tools.kubectl(['apply', '-f', '-'], initialManifests(2));
  await observer.untilQuiet(60_000);
  const foreign = await registerForeign(observer, tools.aws);

  let found = 0;
  const endMs = Date.now() + minutes * 60_000;
  for (let round = 1; Date.now() < endMs; round++) {
    send(host, 'disturb');
    const roundEndMs = Math.min(endMs, Date.now() + roundMs);
    while (Date.now() < roundEndMs) await churn.turn();
    send(host, 'calm');
    const { counts } = await message(host, 'calm');
    found += await check(round, observer, foreign);
    print(`  so far: ${text(churn.counts)}; faults: ${text(new Map(Object.entries(counts)))}`);
  }
  send(host, 'close');
  await once(host, 'exit');
  print(`${found} violations`);
  return found;
}

/** One sweep, everything worked off, and then no violation may be left. */
async function check(round: number, observer: Observer, foreign: readonly Instance[]): Promise<number> {
  const startedAtMs = Date.now();
  const before = violations(await observer.observe(), foreign);
  const report = await observer.invoke('sweep', { cluster: 'local' });
  const isQuiet = await observer.untilQuiet(maxSettleMs);
  const found = [
    ...violations(await observer.observe(), foreign),
    ...(isQuiet ? [] : [`messages are left ${maxSettleMs / 1000} s after the sweep`]),
  ];
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(0);
  const { counts } = report as { readonly counts?: unknown };
  print(
    `round ${round}: ${before.length} differences before the sweep, which found ${JSON.stringify(counts)}; ` +
      `${found.length} violations ${seconds} s later`,
  );
  for (const line of found) print(`  ${line}`);
  return found.length;
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

function positive(option: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  process.stderr.write(`${option} is ${JSON.stringify(value)}; expected a number above 0\n`);
  process.exit(2);
}

function send(host: ChildProcess, message: ToHost): void {
  host.send(message);
}

async function message<Type extends FromHost['type']>(
  host: ChildProcess,
  type: Type,
): Promise<Extract<FromHost, { type: Type }>> {
  const ended = once(host, 'exit').then(([status]) => {
    throw new Error(`the playground ended with ${status}`);
  });
  const received = new Promise<FromHost>((resolve) => {
    host.on('message', (each: FromHost) => each.type === type && resolve(each));
  });
  return (await Promise.race([received, ended])) as Extract<FromHost, { type: Type }>;
}

function text(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(', ');
}

function print(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
