import { describe, expect, it } from 'vitest';
import { somePlace } from '../../../../../playground/pods/addresses.ts';
import { findEnvoy, howToGetEnvoy } from '../../../../../playground/pods/find-envoy.ts';
import { startEnvoy } from '../../../../../playground/pods/run-envoy.ts';
import { filesOf } from '../../../../../shared/mesh/targets/envoy/translate/files.ts';
import { httpManager } from '../../../../../shared/mesh/targets/envoy/translate/http-manager.ts';
import { proxyPorts } from '../../../../../shared/mesh/targets/envoy/translate/layout.ts';
import { emptyProxy } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';

const binary = findEnvoy();
if (binary === undefined) console.log(`skipped: no Envoy was found. ${howToGetEnvoy}`);

const nothing = { listeners: [], clusters: [], routes: () => [], endpoints: () => [], secrets: [] };

describe.skipIf(binary === undefined)('the bootstrap of a proxy, in a real Envoy', () => {
  const start = (preference?: 'IPv4_ONLY') =>
    startEnvoy({
      binary: binary ?? '',
      files: filesOf(emptyProxy, nothing, preference),
      place: somePlace(),
    });

  it('Envoy starts with it, without a warning of something deprecated', async () => {
    await using envoy = await start('IPv4_ONLY');
    const { lines } = envoy;
    expect(lines.filter((line) => /deprecat/i.test(line))).toEqual([]);
  });

  it('the port of the status answers probes and Prometheus, and passes nothing else to the admin interface', async () => {
    await using envoy = await start();
    const status = async (path: string, method = 'GET') => {
      const url = `http://${envoy.place.pod}:${proxyPorts.status}${path}`;
      return (await fetch(url, { method })).status;
    };
    expect(await status('/ready')).toBe(200);
    expect(await status('/stats/prometheus?usedonly')).toBe(200);
    for (const path of [
      '/',
      '/config_dump',
      '/quitquitquit',
      '/ready/..',
      '/ready/../quitquitquit',
      '//quitquitquit',
    ])
      expect([path, await status(path)]).toEqual([path, 404]);
    expect(await status('/quitquitquit', 'POST')).toBe(404);
    expect(await status('/ready', 'POST')).toBe(404);
    expect(await envoy.admin('/ready')).toContain('LIVE');
  });

  it('a regular expression is taken whose program is larger than Envoy takes by default', async () => {
    const place = somePlace();
    const filters = [httpManager({ statPrefix: 'test', routeTable: 'test', accessLog: [] })];
    const address = { socket_address: { address: place.pod, port_value: 20_000 } };
    const regex = { regex: '/a{500}' };
    const routes = [{ match: { safe_regex: regex }, direct_response: { status: 200 } }];
    const proxy = {
      ...emptyProxy,
      listeners: [{ name: 'test', address, filter_chains: [{ filters }] }],
      routes: [{ name: 'test', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] }],
    };
    await using envoy = await startEnvoy({ binary: binary ?? '', files: filesOf(proxy, nothing), place });
    const status = async (path: string) => (await fetch(`http://${place.pod}:20000${path}`)).status;
    expect(await status(`/${'a'.repeat(500)}`)).toBe(200);
    expect(await status(`/${'a'.repeat(499)}`)).toBe(404);
    expect(await envoy.admin('/stats?filter=update_rejected')).not.toMatch(/: [1-9]/);
  });
});
