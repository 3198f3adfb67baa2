import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { files, proxyPorts } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import { aMesh, aService, backends, listenersOn } from '../../mesh/harness/manifests.ts';
import { port, startServer, startTcpServer } from './local-server.ts';
import { aLocalNode, missingEnvoy, startFront } from './running-front.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Nothing redirects connections here, so what passes through goes to one address, whatever the original one is. */
function passingTo(address: string) {
  return (data: Readonly<Record<string, string>>) => ({
    ...data,
    [files.clusters]: replaced(data[files.clusters] ?? '', 'passthrough', (cluster) => {
      const { lb_policy, ...others } = cluster;
      const socket_address = { address, port_value: port };
      const lb_endpoints = [{ endpoint: { address: { socket_address } } }];
      const load_assignment = { cluster_name: 'passthrough', endpoints: [{ lb_endpoints }] };
      return { ...others, type: 'STATIC', load_assignment };
    }),
  });
}

/** The listener as it is, without ports of its own: each connection is to a port that no backend has. */
function withoutPorts(data: Readonly<Record<string, string>>) {
  const socket_address = { address: '127.0.0.1', port_value: proxyPorts.egress };
  const listeners = replaced(data[files.listeners] ?? '', 'egress', (listener) => ({
    ...listener,
    address: { socket_address },
    // It would close all of them.
    filter_chains: (listener.filter_chains as readonly Fields[]).filter(
      ({ name }) => name !== 'egress-itself',
    ),
  }));
  return { ...data, [files.listeners]: listeners };
}

function replaced(text: string, name: string, replace: (resource: Fields) => Fields): string {
  const file = JSON.parse(text) as { readonly resources: readonly Fields[] };
  return JSON.stringify({
    ...file,
    resources: file.resources.map((each) => (each.name === name ? replace(each) : each)),
  });
}

const manifests = (address: string, type?: string) => [
  aMesh(type === undefined ? {} : { egressFilter: { type } }),
  aLocalNode('front', '127.0.0.1', backends('orders', 'db')),
  aLocalNode('blue', address),
  aLocalNode('db', address, listenersOn('tcp/5432')),
  aService('orders', 'node/blue'),
  aService('db', 'node/db'),
];

/** The first bytes that a server gets of a connection with this name of the server; undefined if it gets none. */
async function sent(address: string, atPort: number, servername: string | undefined, received: Buffer[]) {
  received.length = 0;
  const socket = servername
    ? connectTls({ host: address, port: atPort, servername, rejectUnauthorized: false })
    : connect(atPort, address);
  socket.on('error', () => undefined);
  if (!servername) socket.write('plain');
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(received)[0];
}
const handshake = 0x16;

/** Of each connection, its first bytes; then it is closed. */
function recordTo(received: Buffer[]) {
  return (socket: Socket) =>
    socket.once('data', (data) => {
      received.push(data);
      socket.destroy();
    });
}

describe.skipIf(missingEnvoy)(`the egress filter in a running Envoy${missingEnvoy}`, () => {
  it('DROP_ALL closes what no backend takes, and passes TLS to AWS by the name of the server', async () => {
    const received: Buffer[] = [];
    await using outside = await startTcpServer(recordTo(received));
    await using front = await startFront(manifests(outside.address), {
      adapt: (data) => withoutPorts(passingTo(outside.address)(data)),
    });
    const at = (name?: string) => sent(front.envoy.place.outbound, proxyPorts.egress, name, received);
    expect(await at()).toBeUndefined();
    expect(await at('example.com')).toBeUndefined();
    expect(await at('amazonaws.com.example.com')).toBeUndefined();
    expect(await at('sts.eu-west-1.amazonaws.com')).toBe(handshake);
  });

  it('ALLOW_ALL passes what no backend takes, whatever it is', async () => {
    const received: Buffer[] = [];
    await using outside = await startTcpServer(recordTo(received));
    await using front = await startFront(manifests(outside.address, 'ALLOW_ALL'), {
      adapt: (data) => withoutPorts(passingTo(outside.address)(data)),
    });
    const at = (name?: string) => sent(front.envoy.place.outbound, proxyPorts.egress, name, received);
    expect(await at()).toBe('p'.charCodeAt(0));
    expect(await at('example.com')).toBe(handshake);
  });

  it('ALLOW_ALL closes a port that two backends have for TCP, and passes TLS to AWS on 443', async () => {
    const received: Buffer[] = [];
    await using outside = await startTcpServer(recordTo(received));
    const tcp = listenersOn('tcp/5432', 'tcp/443');
    const contested = [
      aMesh({ egressFilter: { type: 'ALLOW_ALL' } }),
      aLocalNode('front', '127.0.0.1', backends('one', 'two')),
      ...['one', 'two'].flatMap((name) => [
        aLocalNode(name, outside.address, tcp),
        aService(name, `node/${name}`),
      ]),
    ];
    await using front = await startFront(contested, { adapt: passingTo(outside.address) });
    const at = (atPort: number, name?: string) => sent(front.envoy.place.outbound, atPort, name, received);
    expect(await at(5432)).toBeUndefined();
    expect(await at(5432, 'sts.amazonaws.com')).toBeUndefined();
    expect(await at(443, 'example.com')).toBeUndefined();
    expect(await at(443, 'sts.amazonaws.com')).toBe(handshake);
  });

  it.each([undefined, 'ALLOW_ALL'])(
    'on a port of a backend an unknown host gets 404, and AWS is passed through (%s)',
    async (type) => {
      await using outside = await startServer('outside');
      await using front = await startFront(manifests(outside.address, type), {
        adapt: passingTo(outside.address),
      });
      expect((await front.get('/', { host: 'example.com' })).status).toBe(404);
      expect((await front.get('/', { host: 'amazonaws.com' })).status).toBe(404);
      for (const host of ['s3.amazonaws.com', 'a.b.amazonaws.com', 's3.amazonaws.com:8080'])
        expect((await front.get('/', { host })).body).toBe('outside');
    },
  );

  it('on a port of a backend TLS of other hosts is passed through only with ALLOW_ALL, and to AWS always', async () => {
    const received: Buffer[] = [];
    await using outside = await startTcpServer(recordTo(received));
    for (const type of [undefined, 'ALLOW_ALL']) {
      await using front = await startFront(manifests(outside.address, type), {
        adapt: passingTo(outside.address),
      });
      const at = (name: string) => sent(front.envoy.place.outbound, 8080, name, received);
      expect(await at('sts.amazonaws.com')).toBe(handshake);
      expect(await at('example.com')).toBe(type && handshake);
    }
  });
});
