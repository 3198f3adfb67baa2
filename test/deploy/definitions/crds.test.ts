import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { definitionFiles } from '../../../deploy/definitions/definition-files.ts';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import type { StructuralSchema } from '../../../deploy/definitions/structural-schema.ts';

const folder = join(import.meta.dirname, '../../../deploy/crds');

it('the files of deploy/crds are what `npm run crds` writes', () => {
  const generated = definitionFiles();
  expect(readdirSync(folder).sort()).toEqual(generated.map(({ name }) => name).sort());
  for (const { name, content } of generated)
    expect(readFileSync(join(folder, name), 'utf8'), `${name}: run npm run crds`).toBe(content);
});

it.each(definitionFiles())('$name says that it is generated', ({ content }) => {
  expect(content).toMatch(/^# Generated from shared\/model\/mesh and deploy\/descriptions by `npm run crds`/);
});

const definitions = meshDefinitions().map((definition) => {
  const [version] = definition.spec.versions as readonly {
    schema: { openAPIV3Schema: StructuralSchema };
    additionalPrinterColumns: readonly { name: string; jsonPath: string; priority?: number }[];
    subresources: object;
  }[];
  return { name: definition.metadata.name, version, schema: version?.schema.openAPIV3Schema };
});

it.each(definitions)('$name has the status subresource, and prints the ARN that its status has', (each) => {
  const status = each.schema?.properties?.status?.properties ?? {};
  expect(each.version?.subresources).toEqual({ status: {} });
  expect(status).toHaveProperty('observedGeneration');
  expect(status).toHaveProperty('conditions');
  const columns = each.version?.additionalPrinterColumns ?? [];
  const hasArn = !each.name.startsWith('backendgroups.');
  const isWide = ({ priority = 0 }: { priority?: number }) => priority > 0;
  const shown = columns.filter((column) => !isWide(column));
  expect(shown.map(({ name }) => name)).toEqual(hasArn ? ['ARN', 'AGE'] : ['AGE']);
  expect(columns.filter(isWide).map(({ name }) => name)).toEqual(['STATUS', 'REASON']);
  for (const { jsonPath } of columns.slice(0, -1))
    expect(status).toHaveProperty(jsonPath.replace('.status.', '').replace(/\[.*/, ''));
});

it('a spec may be left out where nothing of it is required', () => {
  const isRequired = definitions.filter(({ schema }) => schema?.required?.includes('spec'));
  expect(isRequired.map(({ name }) => name.replace(/\..*/, ''))).toEqual([
    'virtualgateways',
    'gatewayroutes',
  ]);
});
