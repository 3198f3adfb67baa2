import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { jsonPath } from '../../src/kinds/json-path.ts';
import { applyPatch, eventually, send, startQuickCluster } from '../harness.ts';

let cluster: Cluster;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        code: { type: 'string', pattern: '^[a-z]+$' },
        anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        port: { 'x-kubernetes-int-or-string': true },
        parts: {
          type: 'array',
          maxItems: 2,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, n: { type: 'integer' } },
          },
        },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
};
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: {
      kind: 'Widget',
      plural: 'widgets',
      singular: 'widget',
      listKind: 'WidgetList',
      shortNames: ['wd'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: schema },
      },
      { name: 'v1beta1', served: true, storage: false, schema: { openAPIV3Schema: schema } },
      { name: 'v1alpha1', served: false, storage: false, schema: { openAPIV3Schema: schema } },
    ],
  },
};
const widget = (name: string, spec: unknown) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});

beforeAll(async () => {
  cluster = await startQuickCluster({ definitions: [] });
});
afterAll(() => cluster.stop());

describe('a custom kind', () => {
  it('a custom kind answers 404 until its definition is there, then is served and discovered', async () => {
    expect((await send(cluster, 'GET', '/apis/appmesh.k8s.aws/v1beta2/virtualnodes')).status).toBe(404);
    expect((await send(cluster, 'GET', widgets)).status).toBe(404);
    const { status } = await send(cluster, 'POST', definitions, definition);
    expect(status).toBe(201);
    await eventually('an established definition', () =>
      JSON.stringify(
        cluster.api.get('customresourcedefinitions.apiextensions.k8s.io', undefined, 'widgets.example.com')
          ?.status,
      ).includes('Established'),
    );
    expect((await send(cluster, 'GET', widgets)).body).toMatchObject({ kind: 'WidgetList', items: [] });
    const { body } = await send(cluster, 'GET', '/apis/example.com/v1');
    expect(body.resources).toMatchObject([
      { name: 'widgets', kind: 'Widget', namespaced: true, shortNames: ['wd'] },
      { name: 'widgets/status' },
    ]);
  });

  it('a custom kind is served in each served version, whichever it was written in', async () => {
    await send(cluster, 'POST', widgets, widget('versions', { size: 1 }));
    const beta = '/apis/example.com/v1beta1/namespaces/default/widgets/versions';
    expect((await send(cluster, 'GET', beta)).body).toMatchObject({
      apiVersion: 'example.com/v1beta1',
      spec: { size: 1 },
    });
    expect((await send(cluster, 'GET', beta.replace('v1beta1', 'v1alpha1'))).status).toBe(404);
  });

  it('a group is discovered with its most stable version first', async () => {
    const versions = ['v1alpha1', 'v1beta1', 'v1beta2', 'v2', 'v1', 'v10'];
    const gadgets = {
      ...definition,
      metadata: { name: 'gadgets.example.org' },
      spec: {
        ...{ group: 'example.org', scope: 'Namespaced', names: { kind: 'Gadget', plural: 'gadgets' } },
        versions: versions.map((name) => ({
          ...{ name, served: true, storage: name === 'v1' },
          schema: { openAPIV3Schema: schema },
        })),
      },
    };
    expect((await send(cluster, 'POST', definitions, gadgets)).status).toBe(201);
    const { body } = await send(cluster, 'GET', '/apis/example.org');
    const served = (body.versions as { version: string }[]).map(({ version }) => version);
    expect(served).toEqual(['v10', 'v2', 'v1', 'v1beta2', 'v1beta1', 'v1alpha1']);
    expect(body.preferredVersion).toMatchObject({ version: 'v10' });
  });

  it('a custom kind gets defaults, loses unknown fields with a warning, and keeps what is preserved', async () => {
    const spec = { size: 2, unknown: 1, anything: { a: { b: 1 } }, port: 'http' };
    const { body, headers } = await send(cluster, 'POST', widgets, widget('pruned', spec));
    expect(body.spec).toEqual({ size: 2, color: 'red', anything: { a: { b: 1 } }, port: 'http' });
    expect(headers.get('warning')).toContain('spec.unknown');
  });

  it.each<[string, unknown, string, RegExp]>([
    ['a missing field', {}, 'spec.size', /Required value/],
    ['a value of another type', { size: 'big' }, 'spec.size', /must be of type integer: "string"/],
    ['a number out of range', { size: 11 }, 'spec.size', /should be less than or equal to 10/],
    [
      'a value not in the enumeration',
      { size: 1, color: 'pink' },
      'spec.color',
      /supported values: "red", "blue"/,
    ],
    ['a text not matching', { size: 1, code: 'A1' }, 'spec.code', /should match/],
    [
      'too many items',
      { size: 1, parts: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      'spec.parts',
      /at most 2 items/,
    ],
    [
      'a fault in an item',
      { size: 1, parts: [{ name: 'a', n: 'x' }] },
      'spec.parts[0].n',
      /must be of type integer/,
    ],
  ])('a custom kind is refused with %s', async (_, spec, field, message) => {
    const { status, body } = await send(cluster, 'POST', widgets, widget('faulty', spec));
    expect(status).toBe(422);
    expect(body.details.causes).toContainEqual(
      expect.objectContaining({ field, message: expect.stringMatching(message) }),
    );
    expect(body.message).toMatch(/^Widget\.example\.com "faulty" is invalid: /);
  });

  it('a custom kind merges lists by the keys of its schema in server-side apply', async () => {
    const apply = (manager: string, parts: unknown[]) =>
      send(
        cluster,
        'PATCH',
        `${widgets}/parts?fieldManager=${manager}`,
        widget('parts', { size: 1, parts }),
        applyPatch,
      );
    await apply('one', [{ name: 'a', n: 1 }]);
    const { body } = await apply('two', [{ name: 'b', n: 2 }]);
    expect(body.spec).toMatchObject({
      parts: [
        { name: 'a', n: 1 },
        { name: 'b', n: 2 },
      ],
    });
  });

  it('a custom kind goes with its definition, objects first', async () => {
    await send(cluster, 'DELETE', `${definitions}/widgets.example.com`);
    await eventually(
      'the end of the definition',
      () =>
        !cluster.api.get('customresourcedefinitions.apiextensions.k8s.io', undefined, 'widgets.example.com'),
    );
    expect(cluster.api.list('widgets.example.com')).toEqual([]);
    expect((await send(cluster, 'GET', widgets)).status).toBe(404);
  });

  it('whose definition contradicts itself is refused', async () => {
    const { status, body } = await send(cluster, 'POST', definitions, {
      ...definition,
      metadata: { name: 'other.example.com' },
    });
    expect(status).toBe(422);
    expect(body.message).toContain('must be spec.names.plural+"."+spec.group');
  });
});

describe('the App Mesh kinds', () => {
  it('the App Mesh kinds are installed unless left out, with status and columns', async () => {
    const full = await startQuickCluster();
    const { body } = await send(full, 'GET', '/apis/appmesh.k8s.aws/v1beta2');
    const kinds = (body.resources as { name: string; kind: string }[]).filter(
      ({ name }) => !name.includes('/'),
    );
    expect(kinds.map(({ kind }) => kind).sort()).toEqual([
      'BackendGroup',
      'GatewayRoute',
      'Mesh',
      'VirtualGateway',
      'VirtualNode',
      'VirtualRouter',
      'VirtualService',
    ]);
    full.apply([{ apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'Mesh', metadata: { name: 'm' }, spec: {} }]);
    const aCondition = { type: 'MeshActive', status: 'False', reason: 'Invalid' };
    full.api.patch(
      'meshes.appmesh.k8s.aws',
      undefined,
      'm',
      { status: { meshARN: 'arn:m', conditions: [aCondition] } },
      { subresource: 'status' },
    );
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await send(full, 'GET', '/apis/appmesh.k8s.aws/v1beta2/meshes', undefined, { accept });
    expect(table.body).toMatchObject({
      columnDefinitions: [
        { name: 'Name', priority: 0 },
        { name: 'ARN', priority: 0 },
        { name: 'STATUS', priority: 1 },
        { name: 'REASON', priority: 1 },
        { name: 'AGE', priority: 0 },
      ],
      rows: [{ cells: ['m', 'arn:m', 'False', 'Invalid', '0s'] }],
    });
    await full.stop();
  });
});

describe('a JSON path of a printer column', () => {
  const object = {
    a: {
      'b.c/d': 1,
      list: [
        { type: 'X', v: 'x' },
        { type: 'Y', v: 'y' },
      ],
    },
  };
  it.each<[string, unknown[]]>([
    ['.a.list[0].v', ['x']],
    ['.a.list[*].v', ['x', 'y']],
    ['.a.list[?(@.type=="Y")].v', ['y']],
    ['.a.b\\.c/d', [1]],
    ['.missing.x', []],
  ])('%s finds %j', (path, found) => {
    expect(jsonPath(path)(object)).toEqual(found);
  });

  it('a JSON path of a printer column that cannot be read is named', () => {
    expect(() => jsonPath('.a[')).toThrow('the JSON path .a[ cannot be read from "["');
  });
});
