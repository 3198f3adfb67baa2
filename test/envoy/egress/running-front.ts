import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { performance } from 'node:perf_hooks';
import { somePlace } from '../../../playground/pods/addresses.ts';
import { type RunningEnvoy, startEnvoy } from '../../../playground/pods/run-envoy.ts';
import type { InstancesOf } from '../../../shared/mesh/targets/envoy/plan/rules.ts';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { aMesh, aNamespace, aNode } from '../../mesh/harness/manifests.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { contentIn, desiredEnvoys } from '../../mesh/targets/envoy/desired-envoys.ts';
import { envoy as binary, missingEnvoy as reason } from '../find.ts';
import { inManifests, withLoopback } from '../loopback.ts';

/** The end of the name of a group of tests, if there is no Envoy here. */
export const missingEnvoy = reason === undefined ? '' : `: ${reason}`;

type Files = Readonly<Record<string, string>>;

/** What the proxy of the virtual node `apps/front` gets of some manifests. */
export function filesOfFront(manifests: readonly Manifest[], instancesOf?: InstancesOf): Files {
  const all = manifests.some(({ kind }) => kind === 'Mesh') ? manifests : [aMesh(), ...manifests];
  const desired = desiredEnvoys(directoryOf(aNamespace(), ...all), instancesOf);
  const faults = desired.objects.flatMap(({ problems }) => problems.map(({ message }) => message));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return withLoopback(contentIn(desired, 'ConfigMap/apps/front.virtual-node').data ?? {});
}

export interface Front extends AsyncDisposable {
  readonly envoy: RunningEnvoy;
  /** Sends a request as the application of `front`. */
  get(path: string, options?: Asked): Promise<Answered>;
}

export interface Asked {
  readonly host?: string;
  readonly port?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly ms: number;
}

export interface FrontOptions {
  readonly instancesOf?: InstancesOf;
  /** Changes the files before the start. */
  readonly adapt?: (files: Files) => Files;
  readonly dns?: { readonly address: string; readonly port: number };
}

/** Starts the proxy. Fails if Envoy refuses a resource, or says that a field of it is deprecated. */
export async function startFront(
  manifests: readonly Manifest[],
  { instancesOf, adapt = (files) => files, dns }: FrontOptions = {},
): Promise<Front> {
  const envoy = await startEnvoy({
    binary,
    files: adapt(filesOfFront(manifests, instancesOf)),
    place: { ...somePlace(), dns },
  });
  const refused = await envoy.admin('/stats?filter=update_(rejected|failure)');
  const warnings = envoy.lines.filter((line) => /deprecat/i.test(line));
  if (/: [1-9]/.test(refused) || warnings.length > 0) {
    await envoy.stop();
    throw new Error([refused, ...envoy.lines].join('\n'));
  }
  return {
    envoy,
    get: (path, options) => ask(envoy.place.outbound, path, options),
    [Symbol.asyncDispose]: () => envoy.stop(),
  };
}

function ask(
  address: string,
  path: string,
  { host = 'orders.apps', port = 8080, method = 'GET', headers = {} }: Asked = {},
): Promise<Answered> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const options = { host: address, port, path, method, headers: { host, ...headers }, agent: false };
    httpRequest(options, async (response) => {
      const parts = await response.toArray().catch(reject);
      resolve({
        status: response.statusCode ?? 0,
        body: Buffer.concat(parts ?? []).toString(),
        headers: response.headers,
        ms: performance.now() - begin,
      });
    })
      .on('error', reject)
      .end();
  });
}

/** A virtual node whose endpoint is an address of this machine. */
export function aLocalNode(name: string, address: string, spec: object = {}): Manifest {
  return aNode(name, { serviceDiscovery: { dns: { hostname: inManifests(address) } }, ...spec });
}
