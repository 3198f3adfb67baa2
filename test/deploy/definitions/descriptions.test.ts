import { expect, it } from 'vitest';
import { described, descriptionKeys, descriptions } from '../../../deploy/definitions/descriptions.ts';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import type { StructuralSchema } from '../../../deploy/definitions/structural-schema.ts';

interface Field {
  readonly path: string;
  readonly description: string | undefined;
}

/** The schema of a field and of all within it, with their paths as `kubectl explain` takes them. */
function fieldsOf(schema: StructuralSchema, path: string): Field[] {
  return [{ path, description: schema.description }, ...fieldsWithin(schema, path)];
}

function fieldsWithin(schema: StructuralSchema, path: string): Field[] {
  const unnamed = [schema.items, schema.additionalProperties].filter((each) => each !== undefined);
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`)),
    ...unnamed.flatMap((each) => fieldsWithin(each, path)),
  ];
}

const fields = meshDefinitions().flatMap(({ spec }) => {
  const { kind } = spec.names as { readonly kind: string };
  const versions = spec.versions as readonly { readonly schema: { openAPIV3Schema: StructuralSchema } }[];
  return versions.flatMap(({ schema }) => fieldsOf(schema.openAPIV3Schema, kind));
});
const paths = fields.map(({ path }) => path);

it('every kind and every field of its spec and status has a description', () => {
  expect(fields.filter(({ description }) => description === undefined)).toEqual([]);
  // Down to the deepest, so that an empty walk proves nothing.
  expect(paths).toContain(
    'VirtualNode.spec.backends.virtualService.clientPolicy.tls.validation.trust.sds.secretName',
  );
  expect(paths).toContain('VirtualRouter.spec.routes.http2Route.match.headers.match.range.end');
  expect(paths).toContain('BackendGroup.status.conditions.message');
});

it('every entry of the table describes a field', () => {
  const used = new Set(paths.flatMap((path) => descriptionKeys(path).slice(0, 1)));
  expect(Object.keys(descriptions).filter((key) => !used.has(key))).toEqual([]);
});

it('every name with bars in a key of the table stands for a field', () => {
  const idle = Object.keys(descriptions).flatMap((key) =>
    alternatives(key).filter((each) => !paths.some((path) => `.${path}`.endsWith(`.${each}`))),
  );
  expect(idle).toEqual([]);
});

/** `a|b.c` → `a.c`, `b.c` */
function alternatives(key: string): string[] {
  return key
    .split('.')
    .map((part) => part.split('|'))
    .reduce((done, part) => done.flatMap((start) => part.map((name) => [...start, name])), [[]] as string[][])
    .map((parts) => parts.join('.'));
}

it('no field has two descriptions of which none is the closer', () => {
  const length = (key = '') => key.split('.').length;
  const torn = paths.filter((path) => {
    const [first, second] = descriptionKeys(path);
    return second !== undefined && length(first) === length(second);
  });
  expect(torn).toEqual([]);
});

it.each(Object.entries(descriptions))('the description of %s is one plain line', (_, description) => {
  expect(description).toMatch(/^[A-Z].*\.$/);
  expect(description).not.toMatch(/\n| {2}|`/);
  expect(description.length).toBeLessThan(200);
});

it('what is not known stays without a description, and the schema is else the same', () => {
  const schema: StructuralSchema = {
    type: 'object',
    required: ['port'],
    properties: { port: { type: 'integer', minimum: 1 }, unknown: { type: 'string' } },
  };
  expect(described(schema, 'VirtualNode.spec.listeners.portMapping')).toEqual({
    type: 'object',
    description: 'The port and the protocol of the listener.',
    required: ['port'],
    properties: {
      port: { type: 'integer', minimum: 1, description: "The listener's port, 1 to 65535." },
      unknown: { type: 'string' },
    },
  });
});

it('a field of one kind can say more than the others', () => {
  const descriptionOf = (path: string) => fields.find((field) => field.path === path)?.description;
  expect(descriptionOf('VirtualNode.spec.awsName')).toContain('<name>_<namespace>');
  expect(descriptionOf('VirtualService.spec.awsName')).toContain('<name>.<namespace>');
  expect(descriptionOf('VirtualRouter.spec.routes.httpRoute.match')).toContain(
    'Exactly one of prefix and path',
  );
  expect(descriptionOf('GatewayRoute.spec.httpRoute.match')).toContain(
    'At least one of prefix, path and hostname',
  );
});
