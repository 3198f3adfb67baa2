import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { helpText as playgroundHelp } from '../../playground/options.ts';
import { helpText as relayHelp } from '../../relay/options.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { metricUnits } from '../../shared/model/metrics.ts';
import { findingKinds } from '../../shared/sweep/plan/findings/finding.ts';
import { filesOf, root } from './pages.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The part of a page below a heading, up to the next one of its level or above. */
function section(path: string, heading: string): string {
  const text = read(path);
  const [level = ''] = /^#+/.exec(heading) ?? [];
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`${path} has no heading "${heading}"`);
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The cells of the first column, without the head of the table. */
function firstColumn(text: string): readonly string[] {
  const rows = [...text.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell);
  return rows.slice(1);
}

/** CloudFormation's tags (!Ref, !Sub) are unknown to the parser, which is no fault. */
const untagged = { logLevel: 'error' } as const;

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

describe('docs/operations.md', () => {
  it('docs/operations.md explains every kind of finding that the code has, and no other', () => {
    const documented = firstColumn(section('docs/operations.md', '## Findings')).flatMap((cell) =>
      cell.split(', '),
    );
    expect(sorted(documented)).toEqual(sorted(findingKinds));
  });

  it('docs/operations.md lists every metric that the functions send, and no other', () => {
    const code = [...filesOf('shared/**/*.ts')].filter((path) => path !== 'shared/model/metrics.ts');
    const text = code.map(read).join('\n');
    const names = Object.keys(metricUnits);
    // `${metric}Accepted`, with the metric from a table.
    const isSent = (name: string) =>
      text.includes(`'${name}'`) || /^(Register|Deregister|Health)(Accepted|Failed|Throttled)$/.test(name);
    expect(names.filter((name) => !isSent(name))).toEqual([]);
    const rows = section('docs/operations.md', '## Metrics').split('The relay serves')[0] ?? '';
    const documented = [...rows.matchAll(/^\| (`.*?) \|/gm)].flatMap(
      ([, cell = '']) => cell.match(/`[A-Z]\w+`/g) ?? [],
    );
    expect(sorted(documented)).toEqual(sorted(names.map((name) => `\`${name}\``)));
  });

  it("docs/operations.md lists the relay's metrics", () => {
    const code = read('relay/metrics.ts');
    const names = [...code.matchAll(/new (?:Values|Histogram)\(\s*'(\w+)'/g)].map(([, name = '']) => name);
    const text = section('docs/operations.md', '## Metrics');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    expect(names).not.toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it("docs/configuration.md lists the relay's options with their variables, as --help does", () => {
    const options = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, flag, variable]) => `${flag} ${variable}`);
    const documented = options(section('docs/configuration.md', '## Relay'), /^\| `(--[^`]+)` \| `(\w+)`/gm);
    const printed = options(relayHelp(), /^ {2}(--\S+ \S+) +([A-Z_]+) /gm);
    expect(documented).toEqual(printed);
  });

  it('docs/configuration.md lists the deployment parameters with their defaults', () => {
    const { params } = parse(read('serverless.yml'), untagged);
    const documented = section('docs/configuration.md', '## Deployment parameters').matchAll(
      /^\| `(\w+)` \| [^|]+ \| `?([^`;|]+)`?(?:; (\S+) in production)? \|/gm,
    );
    const rows = [...documented].map(([, name = '', value = '', production]) => [
      name,
      value.trim(),
      production,
    ]);
    const expected = Object.entries<unknown>(params.default).map(([name, value]) => {
      const production = params.production[name];
      return [
        name,
        value === '' ? 'none' : String(value),
        production === undefined ? undefined : String(production),
      ];
    });
    expect(sorted(rows.map((row) => row.join(' ')))).toEqual(sorted(expected.map((row) => row.join(' '))));
  });

  it('docs/configuration.md names every field of clusters.yml', () => {
    const text = section('docs/configuration.md', '## clusters.yml');
    const config = clustersFile.parse(parse(read('clusters.example.yml')));
    expect([...fieldsOf(config)].filter((field) => !text.includes(field))).toEqual([]);
  });
});

describe('docs/playground.md', () => {
  it('docs/playground.md lists the options of npm start, as --help does', () => {
    const flags = (text: string) => sorted(text.match(/--[a-z][a-z-]+/g) ?? []);
    const table = section('docs/playground.md', '## Options')
      .split('\n')
      .map((line) => line.split('|')[1] ?? '')
      .join('\n');
    const printed = [...playgroundHelp.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag = '']) => flag);
    expect(flags(table)).toEqual(sorted(printed));
  });
});

it('every output of the stack that a page names exists', () => {
  const outputs = [
    'deploy/messaging.yml',
    'deploy/service-entries.yml',
    'deploy/roles.yml',
    'deploy/relay-role.yml',
    'deploy/state.yml',
  ].flatMap((path) => Object.keys(parseOutputs(path)));
  const named = filesOf('docs/*.md', 'README.md').flatMap((path) =>
    [...read(path).matchAll(/<(\w+(?:Arn|Url))>|`(\w+(?:RoleArn|PolicyArn))`/g)].map(
      ([, one, other]) => one ?? other ?? '',
    ),
  );
  expect(named.filter((name) => !outputs.includes(name))).toEqual([]);
  expect(named).not.toEqual([]);
});

/** Names of fields, at any depth. */
function* fieldsOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* fieldsOf(item);
  else if (typeof value === 'object' && value !== null)
    for (const [field, inner] of Object.entries(value)) {
      yield field;
      yield* fieldsOf(inner);
    }
}

function parseOutputs(path: string): Readonly<Record<string, unknown>> {
  return parse(read(path), untagged)?.Outputs ?? {};
}
