import { describe, expect, it } from 'vitest';
import { aNode, aService, backends } from '../../mesh/harness/manifests.ts';
import { missingEnvoy } from '../find.ts';
import { ask } from './ask.ts';
import { HealthServer } from './health-server.ts';
import { Mesh } from './mesh.ts';
import { Server } from './server.ts';

type Members = Readonly<Record<string, unknown>>;

const port = 8080;
const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };

/** The Envoy of the virtual node `front`, whose backend has three instances; `isIll`: of the first, for a path. */
async function three(listener: Members, isIll: (path: string) => boolean) {
  const portMapping = { port, protocol: 'http' };
  const manifests = [
    aNode('front', { ...backends('color'), listeners: [] }),
    aNode('blue', { listeners: [{ portMapping, ...listener }], serviceDiscovery: { awsCloudMap } }),
    aService('color', 'node/blue'),
  ];
  const others = new Mesh([]);
  const addresses = ['one', 'two', 'three'].map((name) => others.placeOf(name).pod);
  const instances = { blue: addresses.map((address) => ({ address, port })) };
  const servers = await Promise.all(
    addresses.map((address, index) =>
      Server.start(address, port, ({ path }) => ({ status: index === 0 && isIll(path) ? 500 : 200 })),
    ),
  );
  const mesh = await new Mesh(manifests, { instances }).start('front.virtual-node');
  const { outbound: address } = mesh.placeOf('front');
  return {
    mesh,
    servers,
    call: async (path: string) => (await ask({ address, port, host: 'color.apps', path })).status,
    /** Of each server, the requests for a path. */
    counts: (path: string) =>
      servers.map(({ received }) => received.filter((each) => each.path === path).length),
    [Symbol.asyncDispose]: async () => {
      await mesh[Symbol.asyncDispose]();
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(missingEnvoy)(`a client's Envoy ${missingEnvoy ?? ''}`, () => {
  it('ejects an instance after consecutive errors', async () => {
    const outlierDetection = {
      ...{ maxServerErrors: 3, maxEjectionPercent: 0 },
      ...{ interval: { unit: 's', value: 1 }, baseEjectionDuration: { unit: 's', value: 60 } },
    };
    await using client = await three({ outlierDetection }, () => true);
    const statistic = 'cluster.egress_apps_blue_8080.outlier_detection.ejections_active$';
    const ejected = () => client.mesh.statistic('front', statistic);
    const has = (count: number) => client.counts('/before')[0] === count;
    while (!has(2)) await client.call('/before');
    expect(await ejected()).toBe(0);
    while (!has(3)) await client.call('/before');
    // The thread that got the answer leaves the ejection to the main thread.
    await expect.poll(ejected).toBe(1);

    for (let sent = 0; sent < 30; sent++) expect(await client.call('/after')).toBe(200);
    expect(client.counts('/after')[0]).toBe(0);
  });

  it('without outlier detection goes on with an instance that fails', async () => {
    await using client = await three({}, () => true);
    for (let sent = 0; sent < 30; sent++) await client.call('/');
    expect(client.counts('/')[0]).toBe(10);
  });

  it('runs the health check itself, and leaves out an instance that fails it', async () => {
    const healthCheck = {
      ...{ healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 },
      ...{ protocol: 'http', path: '/ping' },
    };
    await using client = await three({ healthCheck }, (path) => path === '/ping');
    for (let sent = 0; sent < 20; sent++) expect(await client.call('/')).toBe(200);
    expect(client.counts('/')[0]).toBe(0);
    const [, healthy] = client.servers;
    const check = healthy?.received.find(({ path }) => path === '/ping');
    expect(check?.headers).toMatchObject({ host: 'color.shop.local', 'user-agent': 'Envoy/HC' });
  });

  const intervals = {
    ...{ healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 },
  };

  /** The Envoy of `front`, whose backend of gRPC has two instances, with a health check. */
  async function frontOf(protocol: string, addresses: readonly string[]) {
    const healthCheck = { ...intervals, protocol };
    const listeners = [{ portMapping: { port, protocol: 'grpc' }, healthCheck }];
    const manifests = [
      aNode('front', { ...backends('color'), listeners: [] }),
      aNode('blue', { listeners, serviceDiscovery: { awsCloudMap } }),
      aService('color', 'node/blue'),
    ];
    const instances = { blue: addresses.map((address) => ({ address, port })) };
    return new Mesh(manifests, { instances }).start('front.virtual-node');
  }

  /** Of the instances, those that Envoy sends to. */
  async function healthyIn(mesh: Mesh): Promise<readonly string[]> {
    const text = await mesh.envoyOf('front').admin('/clusters');
    const found = text.matchAll(/^egress_apps_blue_8080::([\d.]+):8080::health_flags::healthy$/gm);
    return [...found].map(([, address = '']) => address);
  }

  const addresses = () => ['one', 'two'].map((name) => new Mesh([]).placeOf(name).pod);

  it('checks by the health service of gRPC', async () => {
    const [serving = '', other = ''] = addresses();
    await using _serving = await HealthServer.start(serving, port, 'SERVING');
    await using _other = await HealthServer.start(other, port, 'NOT_SERVING');
    await using mesh = await frontOf('grpc', [serving, other]);
    await expect.poll(() => healthyIn(mesh)).toEqual([serving]);
  });

  it('checks by a connection of TCP', async () => {
    const [open = '', closed = ''] = addresses();
    await using _open = await Server.start(open, port);
    await using mesh = await frontOf('tcp', [open, closed]);
    await expect.poll(() => healthyIn(mesh)).toEqual([open]);
  });
});
