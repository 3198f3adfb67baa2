import { execFile, spawnSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { placeOf } from '../../../playground/pods/addresses.ts';
import { findEnvoy, howToGetEnvoy } from '../../../playground/pods/find-envoy.ts';
import { clients, type Kubectl } from './clients.ts';
import type { RunningPlayground } from './playground.ts';

const run = promisify(execFile);

/** Why pods cannot run here, for the names of skipped tests; empty if they can. */
export function podsMissing(): string {
  const commands = ['kubectl', 'curl'].filter((each) => spawnSync(each, ['--help']).error !== undefined);
  if (findEnvoy() === undefined) return ` (skipped: no Envoy. ${howToGetEnvoy})`;
  return commands.length === 0 ? '' : ` (skipped: ${commands.join(' and ')} not installed)`;
}

/** Whether this user may bind port 80. */
export function mayBindPort80(): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(80, '127.255.255.1', () => server.close(() => resolve(true)));
  });
}

export interface PodHands {
  readonly kubectl: Kubectl;
  /** Applies the text with kubectl. */
  readonly apply: (text: string) => Promise<string>;
  /** Waits until the pods of the Deployment are those of its template, and ready. */
  readonly rolledOut: (namespace: string, ...deployments: readonly string[]) => Promise<void>;
  /** What `curl -s URL` prints in a pod of the Deployment. */
  readonly curlFrom: (deployment: string, url: string) => Promise<string>;
  /** What `curl -s URL` prints where the cluster's DNS server is asked. */
  readonly curl: (url: string) => Promise<string>;
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly initContainers?: readonly { readonly name: string }[] };
  readonly status: { readonly podIP: string };
}

/** What a person does with the pods of a playground that was started with `--mesh envoy`. */
export function podHands(playground: RunningPlayground): PodHands {
  const { kubectl } = clients(playground);
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([/DNS for the pods at (\S+)/.exec(playground.output())?.[1] ?? '']);
  const curlAt = async (address: string, url: string) => {
    const { stdout } = await run('curl', ['-s', '--connect-to', `::${address}:`, url]);
    return stdout;
  };
  const curl = async (url: string) => {
    const [address = ''] = await resolver.resolve4(new URL(url).hostname);
    return curlAt(address, url);
  };
  return {
    kubectl,
    curl,
    apply: (text) => kubectl(['apply', '-f', '-'], text),
    rolledOut: async (namespace, ...deployments) => {
      for (const name of deployments)
        await kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=30s']);
    },
    curlFrom: async (deployment, url) => {
      const [namespace = '', name = ''] = deployment.split('/');
      const pods = await kubectl(['get', 'pods', '-n', namespace, '-o', 'json']);
      const pod = (JSON.parse(pods) as { items: Pod[] }).items.find(({ metadata }) =>
        metadata.name.startsWith(`${name}-`),
      );
      if (pod === undefined) throw new Error(`Deployment ${deployment} has no pod`);
      const isMeshed = pod.spec.initContainers?.some((container) => container.name === 'envoy');
      return isMeshed ? curlAt(outboundOf(pod.status.podIP), url) : curl(url);
    },
  };
}

/** Where the connections of a pod go. */
function outboundOf(podIp: string): string {
  return placeOf(Number(podIp.split('.')[1]), podIp, '').outbound;
}
