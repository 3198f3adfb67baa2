import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alarmsOf } from '../../../deploy/alarms/alarms.ts';
import { localClusters } from '../../../playground/mesh/local-cluster.ts';
import { playground as topology } from '../../../playground/topology.ts';
import { root } from '../../docs/pages.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from '../harness/playground.ts';
import { runbookOf } from './runbook.ts';
import { type Walk, walks } from './walks.ts';

const run = promisify(execFile);
const absent = ['aws', 'curl', 'jq', 'kubectl'].filter(
  (command) => spawnSync(command, ['--help']).error !== undefined,
);
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';

/** An hour of an alarm in a minute. */
const timeFactor = 60;

const alarms = alarmsOf(localClusters(['app-mesh']), topology.eventBus);

/** From the fault to the alarm: its periods, two more for the sources of its metric, and what the fault itself takes. */
function deadlineMs(id: string): number {
  const { periods = 0, periodSeconds = 0 } = alarms.find((alarm) => alarm.id === id) ?? {};
  return ((periods + 2) * periodSeconds * 1000) / timeFactor + 30_000;
}

const all = walks.flat(2);

/** `RUNBOOKS=throttling,queue-age` walks through these alone. */
const asked = process.env.RUNBOOKS?.split(',');

it('each alarm has a walk-through, and nothing else has', () => {
  expect(all.map(({ id }) => id).sort()).toEqual([...new Set(alarms.map(({ id }) => id))].sort());
  const hasText = expect.stringMatching(/\S/);
  for (const { id } of all)
    expect(runbookOf(id)).toEqual({
      check: expect.arrayContaining([hasText]),
      provoke: hasText,
      remedy: hasText,
    });
});

describe.skipIf(absent.length > 0)(`the runbooks, walked through in the playground${reason}`, () => {
  /** The result of each walk-through, which all run meanwhile; undefined if it went as the page says. */
  const results = new Map<string, Promise<unknown>>();
  const asks = ({ id }: Walk) => asked?.includes(id) ?? true;

  beforeAll(() => {
    let started: Promise<unknown> = Promise.resolve();
    for (const chains of walks) {
      if (!chains.flat().some(asks)) continue;
      // One after the other: the start is what costs CPU.
      const playground = started.then(() => startPlaygroundProcess('--time-factor', String(timeFactor)));
      started = playground.catch(() => undefined);
      for (const chain of chains) walkInOrder(chain.filter(asks), playground);
    }
  });
  afterAll(() => killPlaygrounds());

  function walkInOrder(chain: readonly Walk[], playground: Promise<RunningPlayground>): void {
    let earlier: Promise<unknown> = Promise.resolve();
    for (const walk of chain) {
      const walked = earlier.then(async () => walkThrough(walk, await playground));
      earlier = walked.catch((error: unknown) => error);
      results.set(walk.id, earlier);
    }
  }

  it.each(all.filter(asks))(
    '$id starts with the fault, shows the cause, and ends with the remedy',
    async ({ id }) => {
      const error = await results.get(id);
      if (error !== undefined) throw error;
    },
    // The starts of all playgrounds, and each step at its deadline.
    600_000,
  );
});

/** The steps of a person: provoke, wait for the alarm, check, correct, wait for its end. */
async function walkThrough({ id, cause }: Walk, playground: RunningPlayground): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
  const { check, provoke, remedy } = runbookOf(id);
  const state = () => stateOf(playground, id);
  const bash = (commands: string) => shell(commands, playground, folder);
  const timeout = deadlineMs(id);
  await expect.poll(state, { timeout, interval: 250 }).toBe('OK');
  await bash(provoke);
  await expect.poll(state, { timeout, interval: 250 }).toBe('ALARM');
  let printed = '';
  for (const commands of check) printed += await bash(commands);
  for (const part of cause) expect(printed).toMatch(part);
  await bash(remedy);
  await expect.poll(state, { timeout, interval: 250 }).toBe('OK');
  for (const change of ['OK → ALARM', 'ALARM → OK'])
    expect(playground.output()).toMatch(
      new RegExp(`alarm \\S+-${id}\\S*: ${change}.*docs/runbooks/${id}\\.md`),
    );
  rmSync(folder, { recursive: true });
}

async function stateOf({ aws }: RunningPlayground, id: string): Promise<string | undefined> {
  const response = await fetch(aws, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
    },
    body: JSON.stringify({ AlarmNamePrefix: `${topology.eventBus}-${id}` }),
  });
  const { MetricAlarms } = (await response.json()) as { MetricAlarms: { StateValue: string }[] };
  return MetricAlarms[0]?.StateValue;
}

/** With the playground's address, and from the repository, whose `npm run` the commands use. */
async function shell(commands: string, playground: RunningPlayground, folder: string): Promise<string> {
  const script = commands
    .replaceAll('http://127.0.0.1:4566', playground.aws)
    .replaceAll('http://127.0.0.1:8001', playground.kubernetes)
    .replaceAll('--playground', `--playground ${playground.aws}`)
    .replaceAll('out.json', join(folder, 'out.json'));
  const { PATH = '', HOME = '' } = process.env;
  const credentials = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-west-2',
  };
  const options = { cwd: root, env: { PATH, HOME, ...credentials } };
  const { stdout } = await run('bash', ['-c', `set -eo pipefail\n(${script}\n) | cat`], options);
  return stdout;
}
