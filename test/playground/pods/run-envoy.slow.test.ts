import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { somePlace } from '../../../playground/pods/addresses.ts';
import { findEnvoy, howToGetEnvoy } from '../../../playground/pods/find-envoy.ts';
import { startEnvoy } from '../../../playground/pods/run-envoy.ts';
import { fileSource, files } from '../../../shared/mesh/targets/envoy/translate/layout.ts';

const binary = findEnvoy();
const reason = binary === undefined ? ` (skipped: no Envoy. ${howToGetEnvoy})` : '';

const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.${name}` });
const at = (address: string, port_value: number) => ({
  address: { socket_address: { address, port_value } },
});

/** A sidecar whose route table has one route, for a path. */
function proxyFiles(path: string, status: number): Record<string, string> {
  const http = {
    ...type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'ingress',
    rds: { route_config_name: 'ingress-8080', config_source: fileSource(files.routes('ingress-8080')) },
    http_filters: [{ name: 'router', typed_config: type('extensions.filters.http.router.v3.Router') }],
  };
  const routes = [
    { match: { prefix: '/application' }, route: { cluster: 'ingress_8080' } },
    { match: { path }, direct_response: { status } },
  ];
  const contents = {
    [files.bootstrap]: {
      admin: at('127.0.0.1', 9901),
      dynamic_resources: {
        lds_config: fileSource(files.listeners),
        cds_config: fileSource(files.clusters),
      },
    },
    [files.listeners]: resources('config.listener.v3.Listener', {
      name: 'ingress',
      ...at('0.0.0.0', 15_000),
      filter_chains: [
        {
          filter_chain_match: { destination_port: 8080 },
          filters: [{ name: 'http', typed_config: http }],
        },
      ],
    }),
    [files.clusters]: resources('config.cluster.v3.Cluster', {
      name: 'ingress_8080',
      type: 'STATIC',
      load_assignment: {
        cluster_name: 'ingress_8080',
        endpoints: [{ lb_endpoints: [{ endpoint: at('127.0.0.1', 8080) }] }],
      },
    }),
    [files.routes('ingress-8080')]: resources('config.route.v3.RouteConfiguration', {
      name: 'ingress-8080',
      virtual_hosts: [{ name: 'all', domains: ['*'], routes }],
    }),
  };
  return Object.fromEntries(Object.entries(contents).map(([name, file]) => [name, JSON.stringify(file)]));
}

const resources = (name: string, resource: object) => ({
  version_info: '1',
  resources: [{ ...type(name), ...resource }],
});

function statusOf(host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) =>
    request({ host, port: 8080, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(),
  );
}

describe.skipIf(binary === undefined)(`an Envoy of a pod on this machine${reason}`, () => {
  it('an Envoy follows its files as they are swapped, reaches its application, and leaves nothing behind', async () => {
    const place = somePlace();
    const application = createServer((_, response) => response.writeHead(299).end());
    await new Promise<void>((resolve) => application.listen(8080, place.application, resolve));
    const envoy = await startEnvoy({ binary: binary ?? '', files: proxyFiles('/old', 201), place });
    try {
      expect(await statusOf(place.pod, '/old')).toBe(201);
      expect(await statusOf(place.pod, '/application')).toBe(299);
      envoy.update(proxyFiles('/new', 202));
      await expect.poll(() => statusOf(place.pod, '/new'), { interval: 10 }).toBe(202);
      expect(await statusOf(place.pod, '/old')).toBe(404);
      expect(await envoy.admin('/config_dump')).toContain('"/new"');
    } finally {
      await envoy.stop();
      application.close();
    }
    await expect(statusOf(place.pod, '/new')).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(place.directory)).toBe(false);
  });

  it('an Envoy that does not start is reported with its last lines, and leaves nothing behind', async () => {
    const place = somePlace();
    const broken = { ...proxyFiles('/', 200), [files.bootstrap]: '{"unknown": 1}' };
    await expect(startEnvoy({ binary: binary ?? '', files: broken, place })).rejects.toThrow(
      /Envoy exited with status 1 before it was ready:[\s\S]*unknown/,
    );
    expect(existsSync(place.directory)).toBe(false);
  });
});

describe('findEnvoy', () => {
  it('findEnvoy takes the option before the variable, and that before PATH', () => {
    const folder = mkdtempSync(join(tmpdir(), 'find-envoy-'));
    const [option, variable, envoy] = ['option', 'variable', 'envoy'].map((name) => join(folder, name));
    for (const file of [option, variable, envoy]) writeFileSync(file ?? '', '', { mode: 0o755 });
    const environment = { PATH: folder };
    expect(findEnvoy(option, { ...environment, ENVOY: variable })).toBe(option);
    expect(findEnvoy(undefined, { ...environment, ENVOY: variable })).toBe(variable);
    expect(findEnvoy(undefined, environment)).toBe(envoy);
  });

  it('findEnvoy finds none where there is none, and names an option or a variable that is wrong', () => {
    expect(findEnvoy(undefined, { PATH: '/nowhere' })).toBeUndefined();
    expect(() => findEnvoy('/nowhere/envoy', {})).toThrow('--envoy is "/nowhere/envoy"; expected');
    expect(() => findEnvoy(undefined, { ENVOY: '/nowhere/envoy' })).toThrow('ENVOY is "/nowhere/envoy"');
  });
});
