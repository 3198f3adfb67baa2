import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import type { JsonObject } from '../../src/model/objects.ts';
import { mergePatch, send, startQuickCluster } from '../harness.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startQuickCluster();
});
afterAll(() => cluster.stop());

const nodes = '/apis/appmesh.k8s.aws/v1beta2/namespaces/default/virtualnodes';
const meshObject = (kind: string, name: string, fields: JsonObject = {}) => ({
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind,
  metadata: { name },
  ...fields,
});
const node = (name: string, spec: JsonObject = {}) => meshObject('VirtualNode', name, { spec });
const dns = { dns: { hostname: 'front.local' } };

describe('an unknown field', () => {
  const typo = (name: string) => node(name, { foo: 1, listeners: [{ portMaping: {}, portMapping: port }] });
  const port = { port: 80, protocol: 'http' };

  it('an unknown field is pruned, and reported in warnings', async () => {
    const { status, headers, body } = await send(cluster, 'POST', nodes, typo('warned'));
    expect(status).toBe(201);
    expect(headers.get('warning')).toBe(
      '299 - "unknown field \\"spec.foo\\"", 299 - "unknown field \\"spec.listeners[0].portMaping\\""',
    );
    expect(body.spec).toEqual({ listeners: [{ portMapping: port }] });
  });

  it('an unknown field is pruned silently with Ignore', async () => {
    const { headers, body } = await send(cluster, 'POST', `${nodes}?fieldValidation=Ignore`, typo('ignored'));
    expect(headers.get('warning')).toBeNull();
    expect(body.spec).toEqual({ listeners: [{ portMapping: port }] });
  });

  it('an unknown field is refused with Strict', async () => {
    const { body } = await send(cluster, 'POST', `${nodes}?fieldValidation=Strict`, typo('strict'));
    expect(body).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        'VirtualNode in version "v1beta2" cannot be handled as a VirtualNode: strict decoding error: unknown field "spec.foo", unknown field "spec.listeners[0].portMaping"',
    });
  });

  it('an unknown field of a patch is refused with Strict as a fault of the patch', async () => {
    await send(cluster, 'POST', nodes, node('patched'));
    const path = `${nodes}/patched?fieldValidation=Strict`;
    const { body } = await send(cluster, 'PATCH', path, { spec: { foo: 1 } }, mergePatch);
    expect(body).toMatchObject({ code: 422, reason: 'Invalid', details: { causes: [{ field: 'patch' }] } });
    expect(body.message).toMatch(
      /^ "" is invalid: patch: Invalid value: .*: strict decoding error: unknown field "spec\.foo"$/,
    );
    expect((await send(cluster, 'PATCH', path, { spec: { awsName: 'a' } }, mergePatch)).status).toBe(200);
  });

  it('an unknown field that is null in an optional field is as good as absent', async () => {
    const { status, body } = await send(
      cluster,
      'POST',
      nodes,
      node('nulls', { awsName: null, logging: {} }),
    );
    expect(status).toBe(201);
    expect(body.spec).toEqual({ logging: {} });
  });
});

/** Field and message of each cause, as an API server of Kubernetes 1.34 words them. */
const refused: readonly [string, JsonObject, readonly [string, string][]][] = [
  [
    'a value of another type',
    { awsName: 5 },
    [['spec.awsName', 'Invalid value: "integer": spec.awsName in body must be of type string: "integer"']],
  ],
  [
    'a number out of range and a value that is not in the enumeration',
    { serviceDiscovery: dns, listeners: [{ portMapping: { port: 0, protocol: 'ftp' } }] },
    [
      [
        'spec.listeners[0].portMapping.port',
        'Invalid value: 0: spec.listeners[0].portMapping.port in body should be greater than or equal to 1',
      ],
      [
        'spec.listeners[0].portMapping.protocol',
        'Unsupported value: "ftp": supported values: "http", "http2", "grpc", "tcp"',
      ],
    ],
  ],
  [
    'a required field that is not there',
    { listeners: [{}] },
    [['spec.listeners[0].portMapping', 'Required value']],
  ],
  [
    'none of a union',
    { serviceDiscovery: {} },
    [
      [
        '<nil>',
        'Invalid value: "": "spec.serviceDiscovery" must validate one and only one schema (oneOf). Found none valid',
      ],
      ['spec.serviceDiscovery.dns', 'Required value'],
    ],
  ],
  [
    'two of a union',
    { serviceDiscovery: { ...dns, awsCloudMap: { namespaceName: 'n', serviceName: 's' } } },
    [
      [
        '<nil>',
        'Invalid value: "": "spec.serviceDiscovery" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
  ],
  [
    'a text that is too long',
    { awsName: 'a'.repeat(256) },
    [['spec.awsName', 'Too long: may not be more than 255 bytes']],
  ],
  [
    'a text that is too short',
    { logging: { accessLog: { file: { path: '' } } } },
    [
      [
        'spec.logging.accessLog.file.path',
        'Invalid value: "": spec.logging.accessLog.file.path in body should be at least 1 chars long',
      ],
    ],
  ],
  [
    'a null among the items',
    { listeners: [null] },
    [
      [
        'spec.listeners[0]',
        'Invalid value: "null": spec.listeners[0] in body must be of type object: "null"',
      ],
    ],
  ],
];

describe('an object with', () => {
  it.each(refused)('an object with %s is refused', async (_, spec, causes) => {
    const { status, body } = await send(cluster, 'POST', nodes, node('refused', spec));
    expect(status).toBe(422);
    expect(body.message).toMatch(/^VirtualNode\.appmesh\.k8s\.aws "refused" is invalid: /);
    expect(body.details.causes.map(({ field, message }) => [field, message])).toEqual(causes);
  });

  it.each<[string, string, JsonObject, string]>([
    [
      'virtualgateways',
      'VirtualGateway',
      { listeners: [] },
      'spec.listeners: Invalid value: 0: spec.listeners in body should have at least 1 items',
    ],
    ['virtualgateways', 'VirtualGateway', {}, 'spec.listeners: Required value'],
    [
      'virtualrouters',
      'VirtualRouter',
      { routes: [{ name: 'r', tcpRoute: { action: { weightedTargets: targets(11) } } }] },
      'spec.routes[0].tcpRoute.action.weightedTargets: Too many: 11: must have at most 10 items',
    ],
    [
      'gatewayroutes',
      'GatewayRoute',
      { grpcRoute: { match: {}, action: { target: service } } },
      '[<nil>: Invalid value: "": "spec.grpcRoute.match" must validate at least one schema (anyOf), spec.grpcRoute.match.serviceName: Required value]',
    ],
    [
      'gatewayroutes',
      'GatewayRoute',
      { httpRoute: { match: { prefix: '/a', path: { exact: '/a' } }, action: { target: service } } },
      '<nil>: Invalid value: "": "spec.httpRoute.match" must not validate the schema (not)',
    ],
    [
      'virtualservices',
      'VirtualService',
      { provider: { virtualNode: { virtualNodeARN: 'arn:aws:s3:::bucket' } } },
      "should match '^arn:aws",
    ],
  ])('an object with two faults of %s is refused, too: %s %j', async (plural, kind, spec, message) => {
    const path = nodes.replace('virtualnodes', plural);
    const { status, body } = await send(cluster, 'POST', path, meshObject(kind, 'refused', { spec }));
    expect(status).toBe(422);
    expect(body.message).toContain(message);
  });

  it('no spec is refused where the spec requires something', async () => {
    const path = nodes.replace('virtualnodes', 'virtualgateways');
    const { body } = await send(cluster, 'POST', path, meshObject('VirtualGateway', 'bare'));
    expect(body.message).toBe('VirtualGateway.appmesh.k8s.aws "bare" is invalid: spec: Required value');
    expect((await send(cluster, 'POST', nodes, meshObject('VirtualNode', 'bare'))).status).toBe(201);
  });
});

function targets(count: number) {
  return Array.from({ length: count }, () => ({ virtualNodeRef: { name: 'a' }, weight: 1 }));
}
const service = { virtualService: { virtualServiceRef: { name: 'a' } } };

describe('the status', () => {
  const status = { virtualNodeARN: 'arn:aws:appmesh:us-west-2:000000000000:mesh/m/virtualNode/n' };
  const condition = { type: 'VirtualNodeActive', status: 'True' };
  const statusOf = (name: string) => `${nodes}/${name}/status`;
  const patchStatus = (name: string, body: JsonObject) =>
    send(cluster, 'PATCH', statusOf(name), body, mergePatch);

  it('the status is patched without touching spec, metadata or generation', async () => {
    await send(cluster, 'POST', nodes, node('written', { awsName: 'a' }));
    const { body } = await patchStatus('written', {
      metadata: { labels: { a: 'b' } },
      spec: { awsName: 'b' },
      status: { ...status, observedGeneration: 1, conditions: [condition] },
    });
    expect(body).toMatchObject({
      spec: { awsName: 'a' },
      status: { ...status, observedGeneration: 1, conditions: [condition] },
      metadata: { generation: 1 },
    });
    expect(body.metadata).not.toHaveProperty('labels');
    expect((await send(cluster, 'GET', statusOf('written'))).body.status).toEqual(body.status);
  });

  it('the status is not touched through the object, whose generation a change of the spec raises', async () => {
    await send(cluster, 'POST', nodes, node('kept'));
    await patchStatus('kept', { status });
    const change = { spec: { awsName: 'b' }, status: { virtualNodeARN: 'forged' } };
    const { body } = await send(cluster, 'PATCH', `${nodes}/kept`, change, mergePatch);
    expect(body).toMatchObject({ spec: { awsName: 'b' }, status, metadata: { generation: 2 } });
    const labelled = { metadata: { labels: { a: 'b' } } };
    const again = await send(cluster, 'PATCH', `${nodes}/kept`, labelled, mergePatch);
    expect(again.body.metadata.generation).toBe(2);
  });

  it('the status is pruned and validated by its schema', async () => {
    await send(cluster, 'POST', nodes, node('checked'));
    const pruned = await patchStatus('checked', { status: { ...status, colour: 'red' } });
    expect(pruned.body.status).toEqual(status);
    expect(pruned.headers.get('warning')).toBe('299 - "unknown field \\"status.colour\\""');
    const { body } = await patchStatus('checked', {
      status: {
        observedGeneration: '1',
        conditions: [
          { ...condition, lastTransitionTime: 'yesterday' },
          { ...condition, status: 'Maybe' },
        ],
      },
    });
    expect(body.details.causes.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'status.observedGeneration: Invalid value: "string": status.observedGeneration in body must be of type integer: "string"',
      'status.conditions[0].lastTransitionTime: Invalid value: "yesterday": status.conditions[0].lastTransitionTime in body must be of type date-time: "yesterday"',
      'status.conditions[1].status: Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
      'status.conditions[1]: Duplicate value: {"type":"VirtualNodeActive"}',
    ]);
  });
});

describe('another uid', () => {
  const uid = '00000000-0000-0000-0000-000000000000';

  it('another uid in a replacement is a precondition that fails: 409', async () => {
    const { body } = await send(cluster, 'POST', nodes, node('replaced'));
    const { resourceVersion } = body.metadata;
    for (const path of [`${nodes}/replaced`, `${nodes}/replaced/status`]) {
      const other = { ...node('replaced'), metadata: { name: 'replaced', uid, resourceVersion } };
      const { status, body: refusal } = await send(cluster, 'PUT', path, other);
      expect(status).toBe(409);
      expect(refusal.message).toContain(`Precondition failed: UID in precondition: ${uid}`);
    }
  });

  it('another uid in a patch is a change of what cannot change: 422', async () => {
    await send(cluster, 'POST', nodes, node('merged'));
    const { body } = await send(cluster, 'PATCH', `${nodes}/merged`, { metadata: { uid } }, mergePatch);
    expect(body).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'metadata.uid', reason: 'FieldValueInvalid' }] },
    });
  });
});

it('a replacement without a resourceVersion is refused', async () => {
  await send(cluster, 'POST', nodes, node('blind'));
  const { body } = await send(cluster, 'PUT', `${nodes}/blind`, node('blind', { awsName: 'b' }));
  expect(body.message).toBe(
    'virtualnodes.appmesh.k8s.aws "blind" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
  );
});
