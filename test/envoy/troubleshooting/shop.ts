import { once } from 'node:events';
import { createServer, type RequestListener, request as send } from 'node:http';
import { somePlace } from '../../../playground/pods/addresses.ts';
import { findEnvoy } from '../../../playground/pods/find-envoy.ts';
import type { LocalPlace } from '../../../playground/pods/local-files.ts';
import { type RunningEnvoy, startEnvoy } from '../../../playground/pods/run-envoy.ts';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { inManifests, withLoopback } from '../loopback.ts';
import { translate } from '../routes/proxies.ts';

type Spec = Readonly<Record<string, unknown>>;

/** What a fault of the walkthrough's application is made of: its consumer calls green. */
export interface Shop {
  /** Of the virtual node green. */
  readonly green?: Spec;
  readonly listener?: Spec;
  /** Of the router's route to green. */
  readonly route?: Spec;
  readonly consumer?: Spec;
}

const greenHost = 'green.green.svc.cluster.local';
const accessLog = { logging: { accessLog: { file: { path: '/dev/stdout' } } } };

function manifests({ green, listener, route, consumer }: Shop, address: string): readonly Manifest[] {
  const labels = { mesh: 'webapp' };
  const listeners = [{ portMapping: { port: 8081, protocol: 'http' }, ...listener }];
  const toGreen = { weightedTargets: [{ virtualNodeRef: { name: 'green' }, weight: 1, port: 8081 }] };
  const inGreen = (kind: string, name: string, spec: Spec): Manifest => ({
    kind,
    metadata: { name, namespace: 'green' },
    spec,
  });
  return [
    { kind: 'Namespace', metadata: { name: 'green', labels } },
    {
      kind: 'Mesh',
      metadata: { name: 'webapp' },
      spec: { namespaceSelector: { matchLabels: labels } },
    },
    inGreen('VirtualNode', 'consumer', {
      ...accessLog,
      backends: [{ virtualService: { virtualServiceRef: { name: 'green' } } }],
      ...consumer,
    }),
    inGreen('VirtualNode', 'green', {
      ...accessLog,
      listeners,
      serviceDiscovery: { dns: { hostname: inManifests(address) } },
      ...green,
    }),
    inGreen('VirtualRouter', 'green', {
      listeners: [
        {
          portMapping: {
            port: 8081,
            protocol: (listener?.portMapping as { protocol?: string })?.protocol ?? 'http',
          },
        },
      ],
      routes: [{ name: 'id', httpRoute: { match: { prefix: '/id' }, action: toGreen }, ...route }],
    }),
    inGreen('VirtualService', 'green', {
      awsName: greenHost,
      provider: { virtualRouter: { virtualRouterRef: { name: 'green' } } },
    }),
  ];
}

export interface Options {
  /** Whose Envoy; by default that of the consumer. */
  readonly of?: 'consumer' | 'green';
  readonly logLevel?: 'debug' | 'info' | 'warning';
  /** By which names are resolved. */
  readonly dns?: LocalPlace['dns'];
  readonly mounts?: LocalPlace['mounts'];
  /** Makes the files what a mistake would make them. */
  readonly edit?: (files: Record<string, string>, place: LocalPlace) => void;
}

/** The proxy of a virtual node, as eks-mesh-sync writes its files; green is at the application's address of the place. */
export async function runShop(
  shop: Shop = {},
  { of = 'consumer', edit, ...options }: Options = {},
): Promise<RunningEnvoy> {
  const place = {
    ...somePlace(),
    ...(options.dns && { dns: options.dns }),
    ...(options.mounts && { mounts: options.mounts }),
  };
  const data = filesOf(shop, of, place);
  edit?.(data, place);
  return startEnvoy({
    binary: findEnvoy() ?? '',
    files: data,
    place,
    ...(options.logLevel && { logLevel: options.logLevel }),
  });
}

export function filesOf(shop: Shop, of: string, { application }: LocalPlace): Record<string, string> {
  const { files, problems } = translate(directoryOf(...manifests(shop, application)));
  const data = files.get(`${of}.virtual-node`);
  if (data === undefined) throw new Error(problems.join('\n'));
  return withLoopback(data);
}

/** The application that green is. */
export async function serve(address: string, port: number, listener: RequestListener) {
  const server = createServer(listener).listen(port, address);
  await once(server, 'listening');
  return {
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export interface Sent {
  readonly path?: string;
  readonly port?: number;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Leaves after this time. */
  readonly patienceMs?: number;
}

export interface Received {
  /** 0 if the connection is closed. */
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export function get(address: string, sent: Sent = {}): Promise<Received> {
  const { path = '/id', port = 8081, host = greenHost, headers = {}, patienceMs = 20_000 } = sent;
  return new Promise((resolve) => {
    const request = send({ host: address, port, path, headers: { ...headers, host }, agent: false });
    const timer = setTimeout(() => request.destroy(), patienceMs);
    request
      .on('response', async (response) => {
        const body = (await response.toArray()).join('');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      })
      .on('error', ({ message }) => resolve({ status: 0, headers: {}, body: message }))
      .on('close', () => clearTimeout(timer))
      .end();
  });
}
