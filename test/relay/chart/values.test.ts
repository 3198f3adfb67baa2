import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { helpText } from '../../../relay/options.ts';
import { watchedKinds } from '../../../relay/watch/reflectors.ts';

const chart = (path: string) =>
  readFileSync(new URL(`../../../relay/chart/${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(chart('values.schema.json'));

it('the schema of the values names every value, and refuses others', () => {
  const { global: _, ...properties } = schema.properties;
  const values = parse(chart('values.yaml'));
  expect(Object.keys(properties)).toEqual(Object.keys(values));
  for (const [name, property] of Object.entries(properties) as [string, { properties?: object }][]) {
    if (!property.properties) continue;
    expect(Object.keys(property.properties)).toEqual(Object.keys(values[name]));
    expect(property).toMatchObject({ additionalProperties: false });
  }
  expect(schema.additionalProperties).toBe(false);
});

it('the chart knows the kinds and the variables that the relay knows', () => {
  expect(schema.properties.kinds.items.enum).toEqual(watchedKinds);
  const helpers = chart('templates/_helpers.tpl');
  const variables = [...chart('templates/deployment.yaml').matchAll(/- name: ([A-Z_]+)$/gm)].map(
    ([, name]) => name,
  );
  expect(variables).toContain('CLUSTER_NAME');
  for (const variable of variables) expect(helpText()).toMatch(new RegExp(`\\b${variable}\\b`));
  const meshKinds = watchedKinds.filter((kind) => kind !== 'Pod' && kind !== 'Namespace');
  expect(helpers).toContain(meshKinds.map((kind) => `"${kind}"`).join(' '));
});
