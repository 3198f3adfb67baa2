import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { applyPatch, send, startQuickCluster } from '../harness.ts';

let cluster: Cluster;
const widgets = '/apis/example.com/v1/namespaces/default/widgets';

const text = { type: 'string' };
const schema = {
  type: 'object',
  'x-kubernetes-validations': [{ rule: "self.metadata.name != 'forbidden'", message: 'no such name' }],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      'x-kubernetes-validations': [
        { rule: 'self.size <= self.limit', messageExpression: "'size above ' + string(self.limit)" },
        { rule: '!has(self.__namespace__)', reason: 'FieldValueForbidden', fieldPath: '.namespace' },
        { rule: '!has(self.x__dash__y) || self.x__dash__y.size() < 3' },
        { rule: 'quantity(self.memory).isGreaterThan(quantity("1"))' },
        { rule: 'self.weights.all(name, self.weights[name] > 0.5)', message: 'too light' },
      ],
      properties: {
        size: {
          type: 'integer',
          'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'must not shrink' }],
        },
        limit: { type: 'integer', default: 10 },
        namespace: text,
        memory: { ...text, default: '1' },
        'x-y': text,
        weights: { type: 'object', additionalProperties: { type: 'number' }, default: {} },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: text,
              code: {
                ...text,
                'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'is immutable' }],
              },
            },
          },
        },
      },
    },
  },
};
const definition = {
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  metadata: { name: 'widgets.example.com' },
  spec: {
    ...{ group: 'example.com', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' } },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
};

beforeAll(async () => {
  cluster = await startQuickCluster({ definitions: [definition] });
});
afterAll(() => cluster.stop());

/** The faults of an apply: `spec.size: Invalid value: …`. */
async function faultsOf(name: string, spec: object): Promise<string[]> {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name }, spec };
  const { status, body } = await send(
    cluster,
    'PATCH',
    `${widgets}/${name}?fieldManager=test`,
    widget,
    applyPatch,
  );
  if (status < 300) return [];
  expect(status).toBe(422);
  return body.details.causes.map(({ field, message }) => `${field}: ${message}`);
}

describe('the rules of a definition', () => {
  it('a CEL rule is evaluated after defaulting, and its message can be an expression', async () => {
    expect(await faultsOf('a', { size: 10 })).toEqual([]);
    expect(await faultsOf('b', { size: 11 })).toEqual(['spec: Invalid value: "object": size above 10']);
  });

  it.each<[string, object, string]>([
    [
      'a reserved word and another field path',
      { namespace: 'x' },
      'spec.namespace: Forbidden: failed rule: !has(self.__namespace__)',
    ],
    [
      'a name with a dash',
      { 'x-y': 'long' },
      'spec: Invalid value: "object": failed rule: !has(self.x__dash__y) || self.x__dash__y.size() < 3',
    ],
    [
      'a number that is an integer',
      { weights: { a: 0.2, b: 1 } },
      'spec: Invalid value: "object": too light',
    ],
  ])('a CEL rule can name %s', async (_, more, fault) => {
    expect(await faultsOf('c', { size: 1, ...more })).toEqual([fault]);
  });

  it('a CEL rule can read the name of the object', async () => {
    expect(await faultsOf('forbidden', { size: 1 })).toEqual([
      ': Invalid value: "object": no such name'.replace(/^/, '<nil>'),
    ]);
  });

  it('a CEL rule compares a value with the one that it replaces, in a keyed list with the one of the same key', async () => {
    const parts = (...codes: string[]) => codes.map((code) => ({ name: code.charAt(0), code }));
    expect(await faultsOf('t', { size: 5, parts: parts('a1', 'b1') })).toEqual([]);
    expect(await faultsOf('t', { size: 5, parts: parts('c1', 'b1', 'a1') })).toEqual([]);
    expect(await faultsOf('t', { size: 4, parts: parts('b2') })).toEqual([
      'spec.size: Invalid value: "integer": must not shrink',
      'spec.parts[0].code: Invalid value: "string": is immutable',
    ]);
  });

  it('no CEL rule is evaluated on an object that its schema refuses', async () => {
    expect(await faultsOf('d', { size: 'x', namespace: 'x' })).toEqual([
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    ]);
  });
});
