import { lookup } from 'node:dns/promises';
import type { ClusterOptions } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { defaultNodes } from '@eks-mesh-sync/embedded-kubernetes/controllers/node/nodes.ts';
import { stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import { someBlock } from './addresses.ts';
import { LocalKubelet } from './kubelet/local-kubelet.ts';
import { addressesOf, serviceNamed } from './network/dns-names.ts';
import { type DnsServer, type Resolve, startDnsServer } from './network/dns-server.ts';
import { ServiceProxy } from './network/service-proxy.ts';
import { serviceView } from './network/service-view.ts';

export interface LocalPodsOptions {
  readonly binary: string;
  readonly folder: string;
  readonly report: (text: string) => void;
  readonly log: (line: string) => void;
}

/** The network and the kubelet of an embedded cluster whose pods run on this machine. */
export interface LocalPods {
  /** For the cluster: nodes and Services with loopback addresses. */
  readonly clusterOptions: Required<Pick<ClusterOptions, 'nodes' | 'serviceNetwork' | 'runtime'>>;
  readonly kubelet: LocalKubelet;
  readonly dns: DnsServer;
  /** Of the cluster; undefined before `watch`. */
  readonly store: Store | undefined;
  /** Starts to run what is in the cluster. */
  watch(store: Store): void;
  /** Also resolve names by `resolve`, such as those of Cloud Map. */
  resolveWith(resolve: Resolve): void;
  close(): Promise<void>;
}

const dnsPort = 10_053;
const attempts = 20;

/** Takes a free block of loopback addresses. Throws if this machine has none, as macOS without aliases. */
export async function prepareLocalPods(options: LocalPodsOptions): Promise<LocalPods> {
  let names: Resolve = async () => undefined;
  let others: Resolve = async () => undefined;
  const resolve: Resolve = async (name) => (await names(name)) ?? (await others(name)) ?? elsewhere(name);
  const { block, dns } = await claimBlock(resolve);
  const serviceNetwork = networkOfServices(block);
  const kubelet = new LocalKubelet({ ...options, block, dns });
  let proxy: ServiceProxy | undefined;
  let watched: Store | undefined;
  return {
    clusterOptions: { nodes: nodesIn(block), serviceNetwork, runtime: kubelet },
    kubelet,
    dns,
    get store() {
      return watched;
    },
    watch(store) {
      watched = store;
      const view = serviceView(store);
      names = async (name) => addressesOf(name, view);
      proxy = new ServiceProxy(view, serviceNetwork, options.report);
      store.subscribe('services', () => setImmediate(() => proxy?.update()));
      reportRefusedPods(store, options.report);
      kubelet.watch(store);
    },
    resolveWith(resolve) {
      others = resolve;
    },
    async close() {
      await kubelet.close();
      proxy?.close();
      dns.close();
    },
  };
}

function nodesIn(block: number) {
  return defaultNodes.map((node, index) => ({ ...node, podCidr: `127.${block}.${64 * (index + 1)}.0/18` }));
}

function networkOfServices(block: number): string {
  return `127.${block + 3}`;
}

/** A controller that may not create a pod says so in an Event, which nobody sees here. */
function reportRefusedPods(store: Store, report: (text: string) => void): void {
  const reported = new Set<string>();
  store.subscribe('events', ({ type, object }) => {
    const { reason, message } = object;
    const text = `pods of ${stringAt(object, 'involvedObject', 'kind')} ${object.metadata.namespace}/${stringAt(object, 'involvedObject', 'name')} are not created: ${message}`;
    if (type !== 'ADDED' || reason !== 'FailedCreate' || reported.has(text)) return;
    reported.add(text);
    report(text);
  });
}

/** The DNS server's address says that a block is taken. */
async function claimBlock(resolve: Resolve): Promise<{ block: number; dns: DnsServer }> {
  let fault: unknown;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const block = someBlock();
    try {
      return { block, dns: await startDnsServer(`${networkOfServices(block)}.255.53`, dnsPort, resolve) };
    } catch (error) {
      fault = error;
    }
  }
  throw new Error(`this machine gives no addresses of 127.0.0.0/8: ${String(fault)}`);
}

/** The machine's own names. A name of the cluster that is not there is nowhere else. */
async function elsewhere(name: string): Promise<readonly string[] | undefined> {
  if (serviceNamed(name) !== undefined && name.includes('.svc')) return undefined;
  const found = await lookup(name, { all: true, family: 4 }).catch(() => []);
  return found.length === 0 ? undefined : found.map(({ address }) => address);
}
