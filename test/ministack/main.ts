/**
 * The life of two stages on ministack: deployment, smoke test, update, a second stage, rollback, drain, removal and deployment again.
 * Prints a line a fact, and ends with status 1 if one of them is not so.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { makeCheckout } from './checkout.ts';
import { checkDeployed, deploy, paste, type Ran, remove, smoke } from './commands.ts';
import { startMinistack } from './start.ts';
import { World } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'ministack-'));
const ministack = await startMinistack(folder);
Object.assign(process.env, {
  ...{ AWS_ENDPOINT_URL: ministack.url, AWS_REGION: 'us-west-2' },
  ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
});
const world = new World();
let faults = 0;

function check(fact: string, actual: unknown, expected: unknown): void {
  const holds = isDeepStrictEqual(actual, expected);
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${fact}`);
  if (holds) return;
  faults += 1;
  console.log(`     expected ${JSON.stringify(expected)}\n     found    ${JSON.stringify(actual)}`);
}

/** Asks until it is so, for half a minute. */
async function comesTrue<T>(fact: string, ask: () => Promise<T>, expected: T): Promise<void> {
  let actual = await ask();
  for (let attempts = 0; attempts < 60 && !isDeepStrictEqual(actual, expected); attempts += 1) {
    await sleep(500);
    actual = await ask();
  }
  check(fact, actual, expected);
}

function clustersFile(name: string, ...clusters: string[]): string {
  const path = join(folder, `${name}.yml`);
  writeFileSync(path, `clusters:\n${clusters.map((cluster) => `  - name: ${cluster}\n`).join('')}`);
  return path;
}

const [east, west] = [clustersFile('east', 'east'), clustersFile('west', 'west')];
const [first, second] = [
  { stage: 'first', cluster: 'east' },
  { stage: 'second', cluster: 'west' },
];
const succeeded = { status: 0 };
const statusOf = ({ status }: Ran) => ({ status });
const saying = (part: string, { text }: Ran) => (text.includes(part) ? part : text.slice(-400));

async function deployment(): Promise<void> {
  check('the first stage is deployed', statusOf(await deploy('first', east)), succeeded);
  check('it is as described', statusOf(await checkDeployed('first')), succeeded);
  const ran = await smoke('first', east);
  check('its smoke test passes', statusOf(ran), succeeded);
  const literal = 'false    MessageGroupFromEvent: ';
  check(
    'the smoke test says that ministack takes the path in MessageGroupId literally',
    saying(literal, ran),
    literal,
  );
}

/** Ctrl-C, and a run that could not remove what it made. */
async function interruptions(): Promise<void> {
  const registered = 'sync-pods registers the pod: ';
  const stopped = await smoke('first', east, [], { interruptAt: registered });
  check('an interrupted smoke test fails', statusOf(stopped), { status: 1 });
  const removed = 'removed all that it made';
  check('and removes what it made', saying(removed, stopped), removed);
  await smoke('first', east, [], { interruptAt: registered, signal: 'SIGKILL' });
  check('a killed one leaves its namespace', Object.keys(await world.instances()).length, 1);
  check('--clean removes it', statusOf(await smoke('first', east, ['--clean'])), succeeded);
  check('nothing is left', await world.instances(), {});
  const { queues } = await world.left('first');
  check('nor its queue', (await world.left('smoke')).queues, 0);
  check('the queues of the stage are there', queues, 7);
  check('a stage that is not there cannot be tested', statusOf(await smoke('absent', east)), { status: 2 });
}

const checkout = makeCheckout(join(folder, 'checkout'), east);
let earlierCode: Readonly<Record<string, string | undefined>> = {};

async function update(): Promise<void> {
  const before = await world.variables('first', 'sync-pods');
  earlierCode = await world.code('first');
  const commands = checkout.commands('Upgrade', 'first');
  const deployment = commands.findIndex((line) => line.startsWith('npm run deploy'));
  const changed = commands.with(deployment, `${commands[deployment]} --param=logLevel=DEBUG`);
  const ran = await paste(changed, checkout.folder);
  check(
    'the stack is updated to a release with other code, with a changed parameter',
    statusOf(ran),
    succeeded,
  );
  const passed = 'eks-mesh-sync-first works';
  check('the smoke test passes after the update', saying(passed, ran), passed);
  const after = await world.variables('first', 'sync-pods');
  check('the functions have the parameter', after.POWERTOOLS_LOG_LEVEL, 'DEBUG');
  check('and the same table', after.TABLE_NAME, before.TABLE_NAME);
  const code = await world.code('first');
  const replaced = Object.keys(code).filter((name) => code[name] !== earlierCode[name]);
  check('the function that differs has the new code', replaced, ['eks-mesh-sync-first-sync-pods']);
}

async function secondStage(): Promise<void> {
  const both = clustersFile('both', 'west', 'east');
  const refused = await deploy('second', both);
  check('a stage with a cluster of another stage is refused', refused.status === 0, false);
  const why = 'another stage has the same clusters, and both would register their pods:';
  check('with the reason', saying(why, refused), why);
  check('a second stage with another cluster is deployed', statusOf(await deploy('second', west)), succeeded);
  check('it is as described', statusOf(await checkDeployed('second')), succeeded);
  const ran = await Promise.all([smoke('first', east), smoke('second', west)]);
  check('both pass their smoke tests at the same time', ran.map(statusOf), [succeeded, succeeded]);
}

const podsOfEast = [
  { name: 'front-1', ip: '10.0.0.1', service: 'shop.local/front' },
  { name: 'front-2', ip: '10.0.0.2', service: 'shop.local/front' },
  { name: 'cart-1', ip: '10.0.0.3', service: 'shop.local/cart' },
] as const;

async function sharedNamespace(): Promise<void> {
  await world.createNamespace('shop.local');
  const [pod, ...others] = podsOfEast;
  await world.sendPod(first, pod);
  // One after the other: ministack has no ServiceAlreadyExists, so two pods at once would make two services of one name.
  await comesTrue('the first stage registers a pod', () => world.instances(), {
    'shop.local/front': { '10.0.0.1': 'east/front-1' },
  });
  for (const other of others) await world.sendPod(first, other);
  const ofFirst = {
    'shop.local/front': { '10.0.0.1': 'east/front-1', '10.0.0.2': 'east/front-2' },
    'shop.local/cart': { '10.0.0.3': 'east/cart-1' },
  };
  await comesTrue('and all of its pods', () => world.instances(), ofFirst);
  // Not in the same service, for the same reason (test/scenario/cases/services has that case).
  await world.sendPod(second, { name: 'back-9', ip: '10.1.0.8', service: 'shop.local/back' });
  const ofBoth = { ...ofFirst, 'shop.local/back': { '10.1.0.8': 'west/back-9' } };
  await comesTrue('the second registers in the same namespace', () => world.instances(), ofBoth);
  for (const { stage, cluster } of [first, second]) await world.invoke(stage, 'sweep', { cluster });
  await sleep(2_000);
  check('sweeps of both change nothing', await world.instances(), ofBoth);
}

/** What was registered while a command ran, each state once. */
async function registeredDuring(ran: Promise<Ran>): Promise<readonly unknown[]> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  ran.then(end, end);
  const seen = new Set<string>();
  while (!isDone) {
    seen.add(JSON.stringify(await world.instances()));
    await sleep(250);
  }
  return [...seen].map((text) => JSON.parse(text));
}

async function rollback(): Promise<void> {
  const [before, deregistrations] = [await world.instances(), await world.deregistrations()];
  const { TABLE_NAME: table } = await world.variables('first', 'sync-pods');
  const ran = paste(checkout.commands('Rollback', 'first'), checkout.folder);
  check('all instances are registered during a rollback', await registeredDuring(ran), [before]);
  check('the first stage is rolled back by the documented commands', statusOf(await ran), succeeded);
  check('its functions have the code of the earlier release', await world.code('first'), earlierCode);
  const { TABLE_NAME, POWERTOOLS_LOG_LEVEL } = await world.variables('first', 'sync-pods');
  check('its parameters, and the same table', [POWERTOOLS_LOG_LEVEL, TABLE_NAME], ['INFO', table]);
  // As the relay does that was rolled back.
  for (const pod of podsOfEast) await world.sendPod(first, pod);
  await world.invoke('first', 'sweep', { cluster: 'east' });
  await sleep(2_000);
  check('all instances are registered after it', await world.instances(), before);
  check('and none was deregistered', await world.deregistrations(), deregistrations);
}

async function drain(): Promise<void> {
  await world.registerByHand('cart', '10.9.9.9', 'ecs');
  const request = { cluster: 'east', drain: true };
  const planned = (await world.invoke('first', 'resync', { ...request, dryRun: true })) as { plan: string[] };
  check(
    'the plan of a drain says what it would do',
    planned.plan.at(-1)?.split(',')[1],
    ' 3 instances are deregistered',
  );
  const done = (await world.invoke('first', 'resync', request)) as { plan: string[] };
  check(
    'the drain ends',
    done.plan.at(-1),
    'Drained cluster east: 3 instances deregistered, 1 service removed, 1 kept: shop.local/cart has instances of others',
  );
  const others = {
    'shop.local/cart': { '10.9.9.9': 'ecs' },
    'shop.local/back': { '10.1.0.8': 'west/back-9' },
  };
  check('what is of others stays', await world.instances(), others);
  await world.sendPod(first, { name: 'front-3', ip: '10.0.0.4', service: 'shop.local/front' });
  await world.invoke('first', 'sweep', { cluster: 'east' });
  await sleep(2_000);
  check('nothing is registered again', await world.instances(), others);
}

async function removal(): Promise<void> {
  const { TABLE_NAME: table } = await world.variables('first', 'sync-pods');
  check('the first stage is removed', statusOf(await remove('first', east)), succeeded);
  const { tables, ...left } = await world.left('first');
  check('nothing of it is left', left, { buses: 0, queues: 0, functions: 0 });
  check('but its table', tables.includes(table ?? ''), true);
  check('the second stage still works', statusOf(await smoke('second', west)), succeeded);
  const again = await deploy('first', east, `--param=stateTable=${table}`);
  check('the first is deployed again, with that table', statusOf(again), succeeded);
  check('which its functions use', (await world.variables('first', 'resync')).TABLE_NAME, table);
  await world.invoke('first', 'resync', { cluster: 'east', drain: false });
  await comesTrue('it still knows the pods: the end of the drain brings them back', () => world.instances(), {
    'shop.local/cart': { '10.9.9.9': 'ecs', '10.0.0.3': 'east/cart-1' },
    'shop.local/back': { '10.1.0.8': 'west/back-9' },
    'shop.local/front': {
      ...{ '10.0.0.1': 'east/front-1', '10.0.0.2': 'east/front-2', '10.0.0.4': 'east/front-3' },
    },
  });
}

const parts = [deployment, interruptions, update, secondStage, sharedNamespace, rollback, drain, removal];
try {
  for (const part of parts) {
    console.log(`\n${part.name}`);
    await part();
  }
} finally {
  await ministack.stop();
  if (faults === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`the log of ministack: ${join(folder, 'ministack.log')}`);
}
console.log(
  faults === 0 ? '\nthe life of two stages is as described' : `\n${faults} facts are not as described`,
);
process.exitCode = faults === 0 ? 0 : 1;
