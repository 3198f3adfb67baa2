import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { aRoute, aRouter, aService, backends } from '../../mesh/harness/manifests.ts';
import { startServer } from '../egress/local-server.ts';
import { aLocalNode, type Front, filesOfFront, missingEnvoy, startFront } from '../egress/running-front.ts';
import { startClients } from './clients.ts';
import { StagedFiles } from './stages.ts';

const clients = 4;

/** A front whose backend `orders` is served by `blue` and `red`, and perhaps by more. */
async function shop() {
  const servers = await Promise.all(['blue', 'red', 'green'].map((name) => startServer(name)));
  const nodes = new Map(
    servers.map(({ address }, index) => [['blue', 'red', 'green'][index] ?? '', address]),
  );
  const node = (name: string) => aLocalNode(name, nodes.get(name) ?? '');
  const stop = async () => {
    for (const each of servers) await each[Symbol.asyncDispose]();
  };
  return { node, [Symbol.asyncDispose]: stop };
}

type Shop = Awaited<ReturnType<typeof shop>>;
type Weights = Readonly<Record<string, number>>;

const weighted = ({ node }: Shop, weights: Weights): readonly Manifest[] => [
  aLocalNode('front', '127.0.0.1', backends('orders')),
  ...Object.keys(weights).map(node),
  aService('orders', 'router/router'),
  aRouter('router', [aRoute('all', weights)]),
];

const ordersOf = ({ envoy }: Front) => ({ address: envoy.place.outbound, port: 8080, host: 'orders.apps' });

/** The values of statistics whose names match. */
async function statistics({ envoy }: Front, filter: string): Promise<readonly number[]> {
  const text = await envoy.admin(`/stats?filter=${filter}`);
  return [...text.matchAll(/: (\d+)$/gm)].map(([, value]) => Number(value));
}

async function taken(front: Front): Promise<number | undefined> {
  const [count] = await statistics(front, 'rds.egress-8080.update_success');
  return count;
}

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

describe.skipIf(missingEnvoy)(`a storm of changes${missingEnvoy}`, () => {
  it('of 100 weights fails no request and closes no connection', async () => {
    await using backend = await shop();
    await using front = await startFront(weighted(backend, { blue: 1, red: 1 }));
    const running = startClients(clients, ordersOf(front));
    for (let change = 1; change <= 100; change++) {
      front.envoy.update(filesOfFront(weighted(backend, { blue: change, red: 100 - change })));
      // Two changes of a directory are one to Envoy if it is kept from running meanwhile.
      await expect.poll(() => taken(front), { interval: 20, timeout: 5_000 }).toBe(change + 1);
      await running.eachAnswered();
    }
    const { failures, connections, answers } = running.seen;
    await running.stop();
    expect(failures).toEqual([]);
    expect(connections.size).toBe(clients);
    expect(answers.get('blue')).toBeGreaterThan(100);
    expect(answers.get('red')).toBeGreaterThan(50);
    expect(sum(await statistics(front, 'update_(rejected|failure)'))).toBe(0);
    expect(sum(await statistics(front, 'upstream_rq_retry$'))).toBe(0);
    const last = startClients(1, ordersOf(front));
    for (let count = 0; count < 20; count++) await last.eachAnswered();
    await last.stop();
    expect([...last.seen.answers.keys()]).toEqual(['blue']);
  }, 120_000);

  it('of services and nodes that come and go fails no request of a service that stays', async () => {
    await using backend = await shop();
    const first = filesOfFront(meshes(backend, 0));
    await using front = await startFront(meshes(backend, 0));
    const files = new StagedFiles(front.envoy, first);
    const running = startClients(clients, ordersOf(front));
    for (let step = 1; step <= 24; step++) {
      await files.become(filesOfFront(meshes(backend, step)));
      await running.eachAnswered();
    }
    await running.stop();
    const { failures, answers } = running.seen;
    expect(failures).toEqual([]);
    expect(files.writes).toBeGreaterThan(48);
    expect([...answers.keys()].sort()).toEqual(['blue', 'green', 'red']);
    expect(sum(await statistics(front, 'update_(rejected|failure)'))).toBe(0);
    expect(sum(await statistics(front, 'no_cluster'))).toBe(0);
    expect(sum(await statistics(front, 'upstream_rq_retry$'))).toBe(0);
  }, 120_000);

  it('is noticed by the clients if routes come before their clusters', async () => {
    await using backend = await shop();
    await using front = await startFront(weighted(backend, { blue: 1 }));
    const before = filesOfFront(weighted(backend, { blue: 1 }));
    const after = filesOfFront(weighted(backend, { green: 1 }));
    const running = startClients(clients, ordersOf(front));
    const table = 'rds-egress-8080.json';
    front.envoy.update({ ...before, [table]: after[table] ?? '' });
    await expect.poll(() => running.seen.failures.length).toBeGreaterThan(0);
    await running.stop();
    expect(running.seen.failures[0]).toMatch(/^503/);
  });
});

/**
 * In each step other targets serve `orders`, and other services come and go. They are on its port: here, each port is a
 * socket, and closing one resets what waits in it. With interception, a listener has one socket.
 */
function meshes({ node }: Shop, step: number): readonly Manifest[] {
  const targets = ['blue', 'red', 'green'];
  const weights = { [targets[step % 3] ?? '']: 1, ...(step % 2 && { [targets[(step + 1) % 3] ?? '']: 2 }) };
  const others = [0, 1, 2, 3].filter((each) => (step >> each) % 2 === 1);
  return [
    aLocalNode('front', '127.0.0.1', backends('orders', ...others.map((each) => `s${each}`))),
    ...Object.keys(weights).map(node),
    aService('orders', 'router/router'),
    aRouter('router', [aRoute('all', weights)]),
    ...others.flatMap((each) => [
      aLocalNode(`n${each}`, `127.0.0.${each + 2}`),
      aService(`s${each}`, `router/r${each}`),
      aRouter(`r${each}`, [aRoute('all', { [`n${each}`]: 1 })]),
    ]),
  ];
}
