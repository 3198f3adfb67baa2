import { parseArgs } from 'node:util';
import { missingClients } from '../end-to-end/harness/clients.ts';
import { soak } from './soak.ts';

const help = `Runs the playground's processes under churn and faults, and checks with kubectl and aws that one sweep makes all true.

Usage: npm run test:soak -- [--minutes N] [--seed S]

  --minutes N   How long things change and fail, in all (10)
  --seed S      What happens follows from it (today's date)

Exit status: 0 without a violation, 1 with one, 2 for a mistake in the options or where kubectl or aws is missing.
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
process.exit((await soak({ minutes, seed })) === 0 ? 0 : 1);

function positive(option: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  process.stderr.write(`${option} is ${JSON.stringify(value)}; expected a number above 0\n`);
  process.exit(2);
}
