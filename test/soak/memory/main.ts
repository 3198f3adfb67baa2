import { parseArgs } from 'node:util';
import { measureMemory, megabytes } from './measure.ts';
import { trendOf } from './trend.ts';

const help = `Changes the cluster of a playground at a steady pace, without faults, and measures the memory of the relay's process
and the live heaps of the functions' environments each minute. Compares the second quarter of the time with the last.

Usage: npm run test:memory -- [--minutes N] [--changes N] [--seed S]

  --minutes N   How long (60)
  --changes N   Changes a second (5)
  --seed S      The changes follow from it (1)

Exit status: 0 if all memory is flat, 1 if not, 2 for a mistake in the options.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    changes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const minutes = positive('--minutes', values.minutes);
const changesPerSecond = positive('--changes', values.changes);
const seed = positive('--seed', values.seed);
const print = (line: string) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
const { samples, startedAtMs, endedAtMs, changes } = await measureMemory(
  { minutes, changesPerSecond, seed },
  print,
);
const trends = [...samples].map(([name, each]) => ({ name, trend: trendOf(each, startedAtMs, endedAtMs) }));
print(`${changes} changes in ${((endedAtMs - startedAtMs) / 60_000).toFixed(0)} minutes`);
for (const { name, trend } of trends)
  print(
    trend === undefined
      ? `${name}: too few samples`
      : `${name}: ${megabytes(trend.before)} in the second quarter, ${megabytes(trend.after)} in the last: ${trend.isFlat ? 'flat' : 'GROWS'}`,
  );
process.exit(trends.length > 1 && trends.every(({ trend }) => trend?.isFlat) ? 0 : 1);

function positive(option: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  process.stderr.write(`${option} is ${JSON.stringify(value)}; expected a number above 0\n`);
  process.exit(2);
}
