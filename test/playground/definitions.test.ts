import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPatch, send, startQuickCluster } from '../../packages/embedded-kubernetes/test/harness.ts';
import { type DefinitionFolder, definitionsOf } from '../../playground/definitions/definitions.ts';
import { shortened } from '../../playground/definitions/shortened.ts';
import { sources } from '../../playground/definitions/sources.ts';

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: unknown;
    }[];
  };
}

const folders: readonly DefinitionFolder[] = ['istio', 'gateway-api', 'aws-gateway-api-controller'];
const definitions = folders.flatMap((folder) => definitionsOf(folder) as Definition[]);
const folder = join(import.meta.dirname, '../../playground/definitions');

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startQuickCluster({ definitions });
});
afterAll(() => cluster.stop());

it('every definition of the playground is in a file of its name', () => {
  const files = folders.flatMap((name) => readdirSync(join(folder, name)));
  const expected = definitions.map(({ metadata: { name }, spec: { group, names } }) => {
    expect(name).toBe(`${names.plural}.${group}`);
    return `${group}_${names.plural}.yaml`;
  });
  expect(files).toEqual(expected);
});

it('the playground has the definitions that their sources name, and the README their versions', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const { folder: name, module, version, names } of sources) {
    expect(
      definitionsOf(name as DefinitionFolder)
        .map((each) => (each as Definition).metadata.name)
        .sort(),
    ).toEqual([...names].sort());
    expect(readme).toContain(`\`${module}\``);
    expect(readme).toContain(`| ${version} | Apache-2.0 |`);
  }
});

describe.each(definitions)('$metadata.name', ({ spec: { group, names, versions } }) => {
  it(`the embedded API server serves ${names.kind} in each served version of its definition, and in no other`, async () => {
    for (const { name, served } of versions) {
      const { status, body } = await send(cluster, 'GET', `/apis/${group}/${name}/${names.plural}`);
      expect([name, status]).toEqual([name, served ? 200 : 404]);
      if (served) expect(body).toMatchObject({ kind: `${names.kind}List`, apiVersion: `${group}/${name}` });
    }
  });

  it(`the embedded API server can evaluate every pattern in the definition of ${names.kind}`, () => {
    const patterns = versions.flatMap(({ schema }) => patternsIn(schema));
    for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
  });
});

function patternsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'pattern' in schema && typeof schema.pattern === 'string' ? [schema.pattern] : [];
  return [...own, ...Object.values(schema).flatMap(patternsIn)];
}

describe('an entry of Istio', () => {
  const path = '/apis/networking.istio.io/v1/namespaces/default/serviceentries/cart';
  const entry = (spec: object, version = 'v1') => ({
    ...{ apiVersion: `networking.istio.io/${version}`, kind: 'ServiceEntry' },
    metadata: { name: 'cart', namespace: 'default' },
    spec,
  });
  const apply = (body: ReturnType<typeof entry>, manager: string) =>
    send(
      cluster,
      'PATCH',
      `${path.replace('/v1/', `/${body.apiVersion.split('/')[1]}/`)}?fieldManager=${manager}`,
      body,
      applyPatch,
    );

  it('server-side apply merges the ports of a ServiceEntry by name, whichever version each manager writes', async () => {
    const http = { number: 80, name: 'http', protocol: 'HTTP' };
    const grpc = { number: 90, name: 'grpc', protocol: 'GRPC' };
    expect((await apply(entry({ hosts: ['cart.shop'], ports: [http] }), 'one')).status).toBe(201);
    const { status, body } = await apply(entry({ hosts: ['cart.shop'], ports: [grpc] }, 'v1beta1'), 'two');
    expect(status).toBe(200);
    expect(body).toMatchObject({ apiVersion: 'networking.istio.io/v1beta1', spec: { ports: [http, grpc] } });
    const after = await apply(entry({ hosts: ['cart.shop'] }, 'v1alpha3'), 'one');
    expect(after.body.spec).toEqual({ hosts: ['cart.shop'], ports: [grpc] });
    await send(cluster, 'DELETE', path);
  });

  it.each([
    ['no hosts', {}, 422],
    ['an unknown location', { hosts: ['a.b'], location: 'ELSEWHERE' }, 422],
    [
      'two ports of one name',
      { hosts: ['a.b'], ports: [80, 81].map((number) => ({ number, name: 'http' })) },
      400,
    ],
  ])('the embedded API server refuses a ServiceEntry with %s', async (_, spec, code) => {
    expect((await apply(entry(spec), 'one')).status).toBe(code);
  });
});

describe('a shortened definition', () => {
  it('a shortened definition keeps a field that is named description', () => {
    const field = { type: 'string', description: 'what it is for' };
    const schema = { openAPIV3Schema: { description: 'all', properties: { description: field } } };
    const definition = { spec: { versions: [{ name: 'v1', schema }] }, status: {} };
    expect(shortened(definition)).toEqual({
      spec: {
        versions: [
          { name: 'v1', schema: { openAPIV3Schema: { properties: { description: { type: 'string' } } } } },
        ],
      },
    });
  });
});
