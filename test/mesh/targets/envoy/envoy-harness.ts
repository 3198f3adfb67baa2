import { objectResourceKey } from '../../../../shared/mesh/plan/object-resource.ts';
import type { TargetRules } from '../../../../shared/mesh/plan/target-rules.ts';
import type { EnvoyClaim } from '../../../../shared/mesh/targets/envoy/envoy-claim.ts';
import { type EnvoyTargetOptions, envoyTarget } from '../../../../shared/mesh/targets/envoy/envoy-target.ts';
import type { Files } from '../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { configMapName } from '../../../../shared/mesh/targets/envoy/translate/layout.ts';
import type { Kept } from '../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { NotFoundError } from '../../../../shared/model/errors.ts';
import type {
  DiscoverableService,
  DiscoveredInstances,
} from '../../../../shared/ports/service-entry-ports.ts';
import type { CloudMapInstance } from '../../../../shared/service-entries/plan/cloud-map-view.ts';
import { MemoryKubernetesObjects } from '../../../fakes/memory-kubernetes-objects.ts';
import { Crashes } from '../../harness/crashes.ts';
import { type Manifest, MeshHarness } from '../../harness/harness.ts';
import { aMesh, aNamespace, aNode } from '../../harness/manifests.ts';
import { faultsIn, type Write } from './stages/faults-in.ts';
import { filesOf, type SmallProxy } from './stages/proxy-files.ts';

export const settleMs = 10_000;

/** The proxy of a node with a listener whose one route leads to the clusters. */
export function proxyTo(...clusters: readonly string[]): SmallProxy {
  return {
    clusters: Object.fromEntries(clusters.map((name) => [name, '1s'])),
    tables: { 'egress-80': { shop: clusters } },
    listeners: { egress: { tables: ['egress-80'], clusters: [] } },
  };
}

/** A cluster with proxies, of which tests say what they are to be: the translation is not part of it. */
export class EnvoyHarness extends MeshHarness {
  readonly kubernetes: MemoryKubernetesObjects;
  readonly crashes: Crashes;
  /** By name of the virtual node. */
  readonly proxies = new Map<string, SmallProxy>();
  readonly kept = new Map<string, Kept>();
  /** The instances of each Cloud Map service, by `namespace/service`, or why it cannot be read. */
  readonly instances = new Map<string, readonly CloudMapInstance[] | Error>();
  /** The services that were read. */
  readonly reads: string[] = [];
  /** What was written to each ConfigMap, in order. */
  readonly writes = new Map<string, Write[]>();

  /** `rules`: those of the tests by default. */
  constructor(
    envoy: Readonly<Record<string, unknown>> = {},
    rules: EnvoyTargetOptions['rules'] | undefined = undefined,
  ) {
    const [kubernetes, crashes] = [new MemoryKubernetesObjects(), new Crashes()];
    super({
      config: { mesh: 'envoy', envoy, appMesh: undefined },
      wrap: (deps) => ({
        ...crashes.wrap(deps),
        meshTargets: (cluster) => [
          envoyTarget({
            cluster,
            rules: rules ?? (() => this.rules()),
            objects: crashes.objects(this.recorded()),
            catalog: { instances: (service) => this.discover(service) },
          }),
        ],
      }),
    });
    this.kubernetes = kubernetes;
    this.crashes = crashes;
  }

  /** What a person writes, the pods of each node included, and the run that follows. */
  async start(proxies: Readonly<Record<string, SmallProxy>>, pods = 2): Promise<void> {
    this.set(proxies);
    this.apply(aNamespace(), aMesh(), ...Object.keys(proxies).map((name) => nodeOf(name)));
    await this.settleInOneRun();
    for (const name of Object.keys(proxies))
      for (let index = 1; index <= pods; index++) this.addPod(name, `${name}-${index}`);
    this.kubernetes.calls.length = 0;
  }

  set(proxies: Readonly<Record<string, SmallProxy>>): void {
    for (const [name, proxy] of Object.entries(proxies)) this.proxies.set(name, proxy);
  }

  /** One run after the change; what is due later is not handled. */
  async change(proxies: Readonly<Record<string, SmallProxy>>): Promise<void> {
    this.set(proxies);
    await this.reconcile();
  }

  /** Lets all that is due later happen. */
  async settleAll(): Promise<number> {
    for (let count = 0; count < 50; count++) if (!(await this.settleNextLater())) return count;
    throw new Error('there is always something due later');
  }

  addPod(node: string, name: string): void {
    const volumes = [{ name: 'envoy-mesh', configMap: { name: configMapOf(node) } }];
    const metadata = { name, namespace: 'apps', labels: { app: node } };
    this.kubernetes.write(
      { apiVersion: 'v1', kind: 'Pod', metadata, spec: { volumes } },
      { manager: 'kubelet' },
    );
  }

  async deletePods(): Promise<void> {
    for (const { metadata } of this.kubernetes.all.filter(({ kind }) => kind === 'Pod')) {
      const id = { apiVersion: 'v1', kind: 'Pod', namespace: 'apps', name: metadata.name };
      await this.kubernetes.delete({ id, uid: metadata.uid });
    }
  }

  filesOf(node: string): Files | undefined {
    return this.kubernetes.all.find(({ metadata }) => metadata.name === configMapOf(node))?.data;
  }

  annotationOf(pod: string): string | undefined {
    const live = this.kubernetes.all.find(({ kind, metadata }) => kind === 'Pod' && metadata.name === pod);
    return live?.metadata.annotations?.['sidecar.eks-mesh-sync/configuration'];
  }

  callsOf(verb: string): readonly string[] {
    return this.kubernetes.calls.filter((call) => call.startsWith(`${verb} `));
  }

  statusOfNode(name: string) {
    return this.activeOf('VirtualNode', name, 'apps');
  }

  claimOf(node: string): EnvoyClaim {
    const key = objectResourceKey(resourceOf(node));
    return this.stores.meshClaims.items.get(`${this.cluster}#envoy ${key}`) as EnvoyClaim;
  }

  /** What a proxy would have missed on the way; empty if nothing. */
  faults(): readonly unknown[] {
    return [...this.writes.values()].flatMap((writes) => faultsIn(writes, settleMs));
  }

  /** The API with each write of files recorded when it happens. */
  private recorded(): MemoryKubernetesObjects {
    return new Proxy(this.kubernetes, {
      get: (kubernetes, name) => {
        const method = Reflect.get(kubernetes, name);
        if (typeof method !== 'function') return method;
        return (...args: readonly unknown[]) => {
          if (name === 'apply' || name === 'create') this.record(args[0] as Manifest & { data?: Files });
          if (name === 'delete') this.endRecord((args[0] as { id: { name: string } }).id.name);
          return method.apply(kubernetes, args);
        };
      },
    });
  }

  private async discover({ name, namespace }: DiscoverableService): Promise<DiscoveredInstances> {
    const service = `${namespace.httpName}/${name}`;
    this.reads.push(service);
    const instances = this.instances.get(service);
    if (instances === undefined) throw new NotFoundError('service', `${service} not found`);
    if (instances instanceof Error) throw instances;
    return { instances, revision: undefined };
  }

  private record({ metadata: { name }, data }: Manifest & { readonly data?: Files }): void {
    if (data === undefined) return;
    const writes = this.writes.get(name) ?? [];
    if (JSON.stringify(writes.at(-1)?.files) !== JSON.stringify(data))
      this.writes.set(name, [...writes, { files: data, atMs: this.clock.now() }]);
  }

  /** One that is created again is another one: no proxy has read both. */
  private endRecord(name: string): void {
    const writes = this.writes.get(name);
    if (writes === undefined) return;
    this.writes.delete(name);
    this.writes.set(`${name}, deleted as number ${this.writes.size}`, writes);
  }

  private rules(): TargetRules<EnvoyClaim> {
    return {
      name: 'envoy',
      title: 'Envoy',
      claimant: `${this.cluster}#envoy`,
      nameOf: ({ namespace, name }) => `the ConfigMap ${namespace}/${name}`,
      requestsOf: ({ id }) => {
        const proxy = this.proxies.get(id.name);
        if (id.kind !== 'VirtualNode' || proxy === undefined) return [];
        const resource = resourceOf(id.name);
        const kept = this.kept.get(id.name);
        const spec = { data: filesOf(proxy), ...(kept && { kept }) };
        return [{ key: objectResourceKey(resource), resource, translate: () => ({ spec, dependsOn: [] }) }];
      },
    };
  }
}

export function nodeOf(name: string): Manifest {
  return aNode(name, { podSelector: { matchLabels: { app: name } } });
}

function configMapOf(node: string): string {
  return configMapName({ kind: 'VirtualNode', name: node });
}

function resourceOf(node: string) {
  return { group: '', kind: 'ConfigMap', namespace: 'apps', name: configMapOf(node) };
}
