import { parseArgs } from 'node:util';
import { type Bill, billOf, type Line, type Load, sumOf } from './bill.ts';
import { pricesAsOf } from './prices.ts';

const usage = `npm run cost -- [options]: estimates the monthly costs, line by line.

  --clusters N        number of clusters (default 1)
  --pods N            registered pods in all clusters (default 5000)
  --events N          events of pods and mesh objects per month (default 1000000)
  --services N        Cloud Map services (default 50)
  --namespaces N      Cloud Map DNS namespaces (default 10)
  --sweep-minutes N   minutes between two sweeps of a cluster (default 5)
  --imported-services N   Cloud Map services imported as ServiceEntries, by all clusters together (default 0)
  --imported-changes N    their registrations, deregistrations and changes of health per month (default 0)
  --entries-minutes N     minutes between two comparisons of ServiceEntries (default 1)
  --tracing           include X-Ray tracing
`;

const defaults = {
  clusters: 1,
  pods: 5_000,
  events: 1_000_000,
  services: 50,
  namespaces: 10,
  'sweep-minutes': 5,
  'imported-services': 0,
  'imported-changes': 0,
  'entries-minutes': 1,
};

function loadOf(args: readonly string[]): Load | undefined {
  const numbers = Object.keys(defaults).map((name) => [name, { type: 'string' }] as const);
  const options = {
    ...Object.fromEntries(numbers),
    tracing: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const parsed = parseArgs({ args: [...args], options });
  const values: Readonly<Record<string, unknown>> = parsed.values;
  if (values.help) return undefined;
  const numberOf = (name: keyof typeof defaults): number => {
    const number = Number(values[name] ?? defaults[name]);
    if (!(number >= 0) || (number === 0 && ['clusters', 'sweep-minutes', 'entries-minutes'].includes(name)))
      throw new TypeError(`--${name} is ${String(values[name])}; expected a number`);
    return number;
  };
  return {
    clusters: numberOf('clusters'),
    pods: numberOf('pods'),
    events: numberOf('events'),
    services: numberOf('services'),
    namespaces: numberOf('namespaces'),
    sweepEveryMinutes: numberOf('sweep-minutes'),
    importedServices: numberOf('imported-services'),
    importedChanges: numberOf('imported-changes'),
    entriesEveryMinutes: numberOf('entries-minutes'),
    tracing: values.tracing === true,
  };
}

function textOf({ lines, cloudMapItself }: Bill): string {
  return [
    `A month of 30 days at AWS's list prices of ${pricesAsOf} (us-east-1, no free tier):`,
    '',
    ...lines.map(row),
    row({ service: 'in all', what: '', dollars: sumOf(lines) }),
    '',
    'Costs of the same instances on AWS, regardless of who registers them:',
    '',
    ...cloudMapItself.map(row),
  ].join('\n');
}

function row({ service, what, quantity, dollars }: Omit<Line, 'quantity'> & { quantity?: number }): string {
  const amount = quantity?.toLocaleString('en-US', { maximumSignificantDigits: 3 }) ?? '';
  return `  ${service.padEnd(12)}${what.padEnd(44)}${amount.padStart(12)}${`$${dollars.toFixed(2)}`.padStart(10)}`;
}

try {
  const load = loadOf(process.argv.slice(2));
  console.log(load === undefined ? usage : textOf(billOf(load)));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 2;
}
