import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { perAppMesh } from '../../../../../shared/mesh/targets/app-mesh/adapter/app-mesh-client.ts';
import { type ClusterConfig, clustersFile } from '../../../../../shared/model/cluster-config.ts';

function cluster(name: string, appMesh?: object): ClusterConfig {
  const [config] = clustersFile.parse({ clusters: [{ name, appMesh }] }).clusters;
  if (config === undefined) throw new Error('there is one');
  return config;
}

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'x');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('App Mesh by cluster', () => {
  it('App Mesh by cluster is none where the cluster has no such target', () => {
    expect(perAppMesh()(cluster('a'))).toBeUndefined();
  });

  it('App Mesh by cluster is one for each account, Region and endpoint', () => {
    const appMesh = perAppMesh();
    const targets = [
      {},
      { region: 'eu-west-1' },
      { roleArn: 'arn:aws:iam::111122223333:role/app-mesh' },
      { endpoint: 'https://appmesh.example.com' },
    ];
    const made = targets.map((target, index) => appMesh(cluster(`a${index}`, target)));
    expect(new Set(made).size).toBe(targets.length);
    expect(targets.map((target) => appMesh(cluster('b', { ...target, adopt: 'none' })))).toEqual(made);
    for (const [index, target] of targets.entries()) expect(appMesh(cluster('b', target))).toBe(made[index]);
  });
});

const realSetTimeout = globalThis.setTimeout;

/** The fake time that a call takes, in milliseconds. Sockets are real: a little real time passes with each step. */
async function elapsedMs(call: Promise<unknown>): Promise<number> {
  const startMs = Date.now();
  let isPending = true;
  const settled = call.catch(() => {}).finally(() => (isPending = false));
  while (isPending) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise((resolve) => realSetTimeout(resolve, 5));
  }
  await settled;
  return Date.now() - startMs;
}

describe('an endpoint', () => {
  let server: Server;
  const sockets: Socket[] = [];
  let requests = 0;
  beforeEach(async () => {
    requests = 0;
    server = createServer((socket) => {
      sockets.push(socket.on('data', () => (requests += 1)).on('error', () => undefined));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    vi.useRealTimers();
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  it('an endpoint that accepts a call and never answers costs 25 seconds at most', {
    timeout: 30_000,
  }, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    const { port } = server.address() as { port: number };
    const appMesh = perAppMesh()(cluster('a', { endpoint: `http://127.0.0.1:${port}` }));
    const call = Promise.resolve(appMesh?.describe({ kind: 'mesh', meshName: 'webapp', name: 'webapp' }));
    const duration = await elapsedMs(call);
    await expect(call).rejects.toMatchObject({ name: 'RetryableError' });
    expect(duration).toBeLessThan(25_000);
    expect(duration).toBeGreaterThan(1_000);
    expect(requests).toBe(5);
  });

  it('an endpoint that does not exist any more may be there the next time', { timeout: 30_000 }, async () => {
    const appMesh = perAppMesh()(cluster('a', { endpoint: 'https://appmesh.us-west-2.invalid' }));
    const begin = Date.now();
    const call = appMesh?.describe({ kind: 'mesh', meshName: 'webapp', name: 'webapp' });
    await expect(call).rejects.toMatchObject({ name: 'RetryableError' });
    expect(Date.now() - begin).toBeLessThan(25_000);
  });
});
