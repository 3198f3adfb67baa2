import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { somePlace } from '../../../playground/pods/addresses.ts';
import { findEnvoy } from '../../../playground/pods/find-envoy.ts';
import { startDnsServer } from '../../../playground/pods/network/dns-server.ts';
import { startEnvoy } from '../../../playground/pods/run-envoy.ts';
import { inManifests } from '../loopback.ts';
import { type Reproduction, type Reproductions, reproduction } from './reproduce.ts';
import { filesOf, get, runShop, serve } from './shop.ts';

const debug = { logLevel: 'debug' } as const;
const info = { logLevel: 'info' } as const;

/** green is known to the DNS server by its name; another name is not. */
function withDns(hostname: string): Reproduction {
  return async () => {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const dns = await startDnsServer('127.0.0.1', port, async (name) =>
      name.startsWith('green.') ? ['127.0.0.1'] : undefined,
    );
    try {
      return await reproduction({ green: { serviceDiscovery: { dns: { hostname } } } }, { ...debug, dns })();
    } finally {
      dns.close();
    }
  };
}

/** Files that Envoy reads while it runs. */
function updated(edit: (files: Record<string, string>) => void): Reproduction {
  return reproduction({}, {}, async (envoy) => {
    const files = filesOf({}, 'consumer', envoy.place);
    edit(files);
    envoy.update(files);
    for (let tries = 0; tries < 100; tries++) {
      const stats = await envoy.admin('/stats?filter=update_(rejected|failure)');
      if (/: [1-9]/.test(stats)) return stats;
    }
    throw new Error('Envoy read no other files');
  });
}

const withBadCluster = updated((files) => {
  const bad =
    '{"@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","name":"bad","connect_timeout":"-1s"},';
  files['cds.json'] = (files['cds.json'] ?? '').replace('"resources":[', `"resources":[${bad}`);
});
const withoutTable = updated((files) => void delete files['rds-egress-8081.json']);

/** A connection whose destination no filter chain names. */
const toNoChain = reproduction(
  {},
  {
    ...debug,
    edit: (files, { outbound }) => {
      const own = /"address":"[^"]*","port_value":15001/;
      files['lds.json'] = (files['lds.json'] ?? '').replace(
        own,
        `"address":"${outbound}","port_value":15003`,
      );
    },
  },
  async (envoy) => [
    await get(envoy.place.outbound, { port: 15_003 }),
    await envoy.admin('/stats?filter=no_filter_chain_match'),
  ],
);

const withoutListeners: Reproduction = async () => {
  try {
    await using _ = await runShop({}, { edit: (files) => void delete files['lds.json'] });
    return 'Envoy started';
  } catch (error) {
    return (error as Error).message;
  }
};

/** In a user namespace of its own, so that no other Envoy of this machine runs out of them. */
const withoutInotify: Reproduction = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inotify-'));
  const binary = join(folder, 'envoy');
  const limited = `echo 2 >/proc/sys/user/max_inotify_instances && exec "${findEnvoy()}" "$@"`;
  writeFileSync(binary, `#!/bin/sh\nexec unshare --user --map-root-user sh -c '${limited}' envoy "$@"\n`, {
    mode: 0o755,
  });
  const place = somePlace();
  const said: string[] = [];
  const log = (line: string) => void said.push(line);
  try {
    await using _ = await startEnvoy({ binary, files: filesOf({}, 'consumer', place), place, log });
    return 'Envoy started';
  } catch {
    return said.join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** What a proxy that works says, and what it says of its configuration. */
export const lines: Reproductions = {
  "cluster 'ingress_8081' match for URL '/id'": reproduction(
    {},
    { ...debug, of: 'green' },
    async ({ place }) => {
      using _ = await serve(place.application, 8081, (__, response) => void response.end());
      return await get(place.pod);
    },
  ),
  "lds: add/update listener 'egress'": reproduction({}, info),
  'DNS hosts have changed for green.green.svc.cluster.local.': withDns('green.green.svc.cluster.local'),
  'all dependencies initialized. starting workers': reproduction({}, info),
  'dns resolution without records for gren.green.svc.cluster.local. … "Domain name not found"': withDns(
    'gren.green.svc.cluster.local',
  ),
  'closing connection from … no matching filter chain found': toNoChain,
  'Filesystem config update rejected: …': withBadCluster,
  'Filesystem config update failure: … Invalid path: …/rds-egress-8081.json': withoutTable,
  'assert failure: inotify_fd_ >= 0': withoutInotify,
  'paths must refer to an existing path in the system: …/lds.json': withoutListeners,
};

/** Of the admin interface. */
export const figures: Reproductions = {
  'cluster_manager.cds.update_rejected: 1': withBadCluster,
  'http.egress.rds.egress-8081.update_failure: 1': withoutTable,
  'no_filter_chain_match: 1': toNoChain,
  'version_text: "VirtualService green/green@1 …"': reproduction({}, {}, (envoy) =>
    envoy.admin('/stats?type=TextReadouts&filter=version_text'),
  ),
  'health_flags::/failed_outlier_check': reproduction(
    {
      listener: {
        outlierDetection: {
          ...{ interval: { unit: 's', value: 1 }, baseEjectionDuration: { unit: 's', value: 30 } },
          ...{ maxServerErrors: 1, maxEjectionPercent: 50 },
        },
      },
    },
    {},
    async (envoy) => {
      using _ = await serve(
        envoy.place.application,
        8081,
        (__, response) => void response.writeHead(500).end(),
      );
      await get(envoy.place.outbound);
      return await envoy.admin('/clusters');
    },
  ),
  'health_flags::/failed_active_hc': reproduction(
    {
      listener: {
        healthCheck: {
          ...{ protocol: 'http', path: '/ping', intervalMillis: 5000, timeoutMillis: 2000 },
          ...{ healthyThreshold: 2, unhealthyThreshold: 2 },
        },
      },
      green: { serviceDiscovery: { dns: { hostname: inManifests('127.0.0.1'), responseType: 'ENDPOINTS' } } },
    },
    {},
    (envoy) => envoy.admin('/clusters'),
  ),
};
