import { connect, createServer, type Server, type Socket } from 'node:net';
import { listAt, numberAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { ipOf } from './dns-names.ts';
import { type ServiceView, targetPortOf } from './service-view.ts';

/** What kube-proxy does: connections to a port of a Service's address go to one of its pods, at random. */
export class ServiceProxy {
  readonly #view: ServiceView;
  /** The first two bytes of the addresses it may bind. */
  readonly #network: string;
  readonly #report: (text: string) => void;
  readonly #servers = new Map<string, Server>();
  readonly #sockets = new Set<Socket>();

  constructor(view: ServiceView, network: string, report: (text: string) => void) {
    this.#view = view;
    this.#network = `${network}.`;
    this.#report = report;
  }

  /** Binds the ports of new Services and releases those of deleted ones. */
  update(): void {
    const wanted = new Map(this.#view.services().flatMap((service) => this.#portsOf(service)));
    for (const [key, server] of this.#servers)
      if (!wanted.has(key)) {
        server.close();
        this.#servers.delete(key);
      }
    for (const [key, bind] of wanted) if (!this.#servers.has(key)) this.#servers.set(key, bind());
  }

  close(): void {
    for (const server of this.#servers.values()) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #portsOf(service: KubernetesObject): readonly (readonly [key: string, bind: () => Server])[] {
    const address = stringAt(service, 'spec', 'clusterIP');
    if (!address.startsWith(this.#network)) return [];
    const { namespace = '', name } = service.metadata;
    return listAt(service, 'spec', 'ports').map((port) => {
      const number = numberAt(port, 'port');
      return [`${address}:${number}`, () => this.#listen(namespace, name, address, number)];
    });
  }

  #listen(namespace: string, name: string, address: string, port: number): Server {
    const server = createServer((client) => this.#forward(client, namespace, name, port));
    server.on('error', (error: NodeJS.ErrnoException) =>
      this.#report(`Service ${namespace}/${name} cannot be reached at ${address}:${port}: ${error.code}`),
    );
    return server.listen(port, address);
  }

  #forward(client: Socket, namespace: string, name: string, number: number): void {
    this.#track(client);
    const target = this.#targetOf(namespace, name, number);
    if (target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const upstream = this.#track(connect(target));
    client.pipe(upstream);
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }

  #targetOf(namespace: string, name: string, number: number) {
    const service = this.#view.service(namespace, name);
    const pods = service ? this.#view.podsOf(service) : [];
    const pod = pods[Math.floor(Math.random() * pods.length)];
    const described = listAt(service, 'spec', 'ports').find((each) => numberAt(each, 'port') === number);
    const port = pod && targetPortOf(described, pod);
    return pod && port ? { host: ipOf(pod), port } : undefined;
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
  }
}
