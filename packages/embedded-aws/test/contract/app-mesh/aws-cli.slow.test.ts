import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppMesh } from '../../../src/app-mesh/app-mesh.ts';
import { serveAppMesh } from './server.ts';
import { gatewayRouteSpec, gatewaySpec, nodeSpec, providedByRouter, routerSpec, routeSpec } from './specs.ts';

/** The AWS CLI as people use it: another client than the suite's, with a parser of its own. */
const { error } = spawnSync('aws', ['--version']);
const title = error === undefined ? 'the AWS CLI' : `the AWS CLI (aws does not start: ${error.message})`;
const run = promisify(execFile);

const env = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  AWS_DEFAULT_REGION: 'us-west-2',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};

/** A call and its parameters; objects are given as JSON. */
type Call = readonly [operation: string, parameters: Readonly<Record<string, string | object>>];

const mesh = { 'mesh-name': 'apps' };
const node = { ...mesh, 'virtual-node-name': 'blue' };
const router = { ...mesh, 'virtual-router-name': 'router' };
const route = { ...router, 'route-name': 'all' };
const service = { ...mesh, 'virtual-service-name': 'color.example' };
const gateway = { ...mesh, 'virtual-gateway-name': 'edge' };
const gatewayRoute = { ...gateway, 'gateway-route-name': 'color' };

/** In this order all can be made, in the reverse deleted. */
const resources: readonly (readonly [kind: string, names: Readonly<Record<string, string>>, spec: object])[] =
  [
    ['mesh', mesh, { egressFilter: { type: 'ALLOW_ALL' } }],
    ['virtual-node', node, nodeSpec()],
    ['virtual-router', router, routerSpec],
    ['route', route, routeSpec({ blue: 100 })],
    ['virtual-service', service, providedByRouter('router')],
    ['virtual-gateway', gateway, gatewaySpec],
    ['gateway-route', gatewayRoute, gatewayRouteSpec('color.example')],
  ];

describe.skipIf(error !== undefined)(title, { timeout: 120_000 }, () => {
  const engine = new AppMesh({ settings: { rates: {}, releasedAfterMs: 0 } });
  let server: Awaited<ReturnType<typeof serveAppMesh>>;

  const aws = async ([operation, parameters]: Call) => {
    const all = Object.entries(parameters).flatMap(([name, value]) => [
      `--${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const global = ['--endpoint-url', server.endpoint, '--output', 'json'];
    const { stdout } = await run('aws', [...global, 'appmesh', operation, ...all], { env });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  beforeAll(async () => {
    server = await serveAppMesh(engine);
  });
  afterAll(() => server.close());

  it('each kind is created, described, updated, listed and deleted', async () => {
    for (const [kind, names, spec] of resources) {
      const [created] = Object.values(await aws([`create-${kind}`, { ...names, spec }]));
      expect(created).toMatchObject({ status: { status: 'ACTIVE' }, metadata: { version: 1 }, spec });
    }
    const version = (number: number) => ({ metadata: { version: number } });
    await Promise.all(
      resources.map(async ([kind, names, spec]) => {
        const scope = Object.fromEntries(Object.entries(names).slice(0, -1));
        const plural = kind === 'mesh' ? 'meshes' : `${kind}s`;
        const described = Object.values(await aws([`describe-${kind}`, names]));
        expect(described).toMatchObject([{ spec, ...version(1) }]);
        const updated = Object.values(await aws([`update-${kind}`, { ...names, spec }]));
        expect(updated).toMatchObject([{ spec, ...version(2) }]);
        expect(Object.values(await aws([`list-${plural}`, scope]))).toMatchObject([[{ version: 2 }]]);
      }),
    );
    for (const [kind, names] of resources.toReversed())
      expect(Object.values(await aws([`delete-${kind}`, names]))[0]).toMatchObject({
        status: { status: 'DELETED' },
      });
    expect(await aws(['list-meshes', {}])).toEqual({ meshes: [] });
  });

  it('aws appmesh tags resources, in the short form of the CLI too', async () => {
    const { mesh: created } = await aws(['create-mesh', { 'mesh-name': 'tagged', tags: 'key=a,value=1' }]);
    const arn = { 'resource-arn': created.metadata.arn };
    await aws(['tag-resource', { ...arn, tags: 'key=b,value=2' }]);
    await aws(['untag-resource', { ...arn, 'tag-keys': 'a' }]);
    expect(await aws(['list-tags-for-resource', arn])).toEqual({ tags: [{ key: 'b', value: '2' }] });
  });

  it('an error is shown with its code and message', async () => {
    await expect(aws(['describe-mesh', { 'mesh-name': 'nonesuch' }])).rejects.toThrow(
      'An error occurred (NotFoundException) when calling the DescribeMesh operation: ' +
        'Mesh with name nonesuch is not present for account 000000000000',
    );
  });
});
