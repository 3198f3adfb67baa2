import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../../../playground/pods/network/dns-server.ts';
import { aNode, aService, backends } from '../../mesh/harness/manifests.ts';
import { port, startServer } from './local-server.ts';
import { aLocalNode, filesOfFront, missingEnvoy, startFront } from './running-front.ts';

const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'orders' };

function manifests(serviceDiscovery: object, others: object = {}) {
  return [
    aLocalNode('front', '127.0.0.1', backends('orders')),
    aNode('blue', { serviceDiscovery, ...others }),
    aService('orders', 'node/blue'),
  ];
}

/** By name, the addresses; names that the proxy asks for are recorded. */
async function someDns(names: Readonly<Record<string, readonly string[]>>) {
  const asked = new Set<string>();
  const address = `127.${randomInt(4, 250)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const server: DnsServer = await startDnsServer(address, 10_053, async (name) => {
    asked.add(name);
    return names[name];
  });
  return { ...server, asked, [Symbol.dispose]: () => server.close() };
}

describe.skipIf(missingEnvoy)(`discovery in a running Envoy${missingEnvoy}`, () => {
  it('of a name with two addresses ENDPOINTS uses both, and LOADBALANCER one', async () => {
    await using one = await startServer('one');
    await using two = await startServer('two');
    using dns = await someDns({ 'blue.shop': [one.address, two.address] });
    const seen = async (responseType: string) => {
      const found = manifests({ dns: { hostname: 'blue.shop', responseType } });
      await using front = await startFront(found, { dns });
      const bodies = new Set<string>();
      for (let sent = 0; sent < 20; sent++) bodies.add((await front.get('/')).body);
      return bodies.size;
    };
    expect(await seen('ENDPOINTS')).toBe(2);
    expect(await seen('LOADBALANCER')).toBe(1);
    expect([...dns.asked]).toEqual(['blue.shop']);
  });

  it('pods are found by the headless Service of their node, and instances from elsewhere beside them', async () => {
    await using pod = await startServer('pod');
    await using elsewhere = await startServer('elsewhere');
    using dns = await someDns({ 'blue-virtual-node.apps.svc.cluster.local': [pod.address] });
    const podSelector = { matchLabels: { app: 'blue' } };
    await using front = await startFront(manifests({ awsCloudMap }, { podSelector }), {
      dns,
      instancesOf: () => [{ address: elsewhere.address, port }],
    });
    for (let sent = 0; sent < 20; sent++) await front.get('/');
    expect([pod.requests.length, elsewhere.requests.length]).toEqual([10, 10]);
  });

  it('other instances of Cloud Map take effect within a second after their file was replaced', async () => {
    await using before = await startServer('before');
    await using after = await startServer('after');
    const instances =
      ({ address }: { readonly address: string }) =>
      () => [{ address, port }];
    const found = manifests({ awsCloudMap });
    await using front = await startFront(found, { instancesOf: instances(before) });
    expect((await front.get('/')).body).toBe('before');
    front.envoy.update(filesOfFront(found, instances(after)));
    await expect.poll(async () => (await front.get('/')).body, { timeout: 1000 }).toBe('after');
    expect(await front.envoy.admin('/stats?filter=update_(rejected|failure)')).not.toMatch(/: [1-9]/);
  });
});
