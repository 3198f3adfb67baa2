import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { parse } from 'yaml';
import { play } from './play.ts';
import { scenarios } from './scenario.ts';

const folder = `${import.meta.dirname}/cases`;
const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) =>
  name.endsWith('.yaml'),
);

describe.each(files)('%s', (file) => {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  const received = scenarios.parse(parse(text, { merge: true }));
  const titled = received.map((scenario) => [scenario.scenario, scenario] as const);
  it.each(titled)('%s', (_title, scenario) => play(scenario));

  // Each once more, with a bus that takes `$.detail.group` as text, so that all messages arrive in one group.
  describe('where a rule takes the path of the message group literally', () => {
    it.each(titled)('%s', (_title, scenario) => play(scenario, 'literal'));
  });
});
