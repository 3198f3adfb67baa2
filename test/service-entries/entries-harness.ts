import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { CloudMapCatalog } from '../../shared/adapters/aws/cloud-map-catalog.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { CloudMapServiceChanged, EventDetail } from '../../shared/model/events/event.ts';
import { pollRequested, serviceChanged } from '../../shared/model/events/service-entry-requests.ts';
import type { LiveObject } from '../../shared/model/kubernetes-object.ts';
import type { EntryPollReport } from '../../shared/ports/service-entry-ports.ts';
import type { EntryDependencies } from '../../shared/service-entries/entry-dependencies.ts';
import { syncEntries } from '../../shared/service-entries/sync-entries.ts';
import { MemoryKubernetesObjects } from '../fakes/memory-kubernetes-objects.ts';
import { MemoryServiceEntries } from '../fakes/stores/memory-service-entries.ts';
import { MemoryServices } from '../fakes/stores/memory-services.ts';

type Instance = Readonly<Record<string, string>>;

/** A cluster that imports Cloud Map, with the embedded Cloud Map and the objects and records in memory. */
export class EntriesHarness {
  readonly clock = new VirtualClock();
  cloudMap = new CloudMap({
    clock: this.clock,
    settings: {
      ...{ latenciesMs: noLatencies, rates: {}, customHealthAfterMs: 0 },
      quotas: { namespaces: 500, instancesPerService: 2_000, instancesPerNamespace: 100_000 },
    },
  });
  readonly objects = new MemoryKubernetesObjects({ now: () => this.clock.now() });
  readonly entries = new MemoryServiceEntries();
  readonly services = new MemoryServices();
  readonly sent: EventDetail[] = [];
  readonly laterChecks: { readonly event: CloudMapServiceChanged; readonly dueAtMs: number }[] = [];
  readonly reports: EntryPollReport[] = [];
  deps: EntryDependencies;
  private tokens = 0;

  constructor(options: object = {}, cluster: object = {}) {
    const { clusters } = clustersFile.parse({
      clusters: [{ name: 'local', serviceEntries: { ...options }, ...cluster }],
    });
    const catalog = new CloudMapCatalog(new ServiceDiscoveryClient(inProcessClientOptions(this.cloudMap)));
    this.deps = {
      clock: { now: () => this.clock.now() },
      entries: this.entries,
      services: this.services,
      catalog: () => catalog,
      kubernetesObjects: () => this.objects,
      requests: { send: async (events) => void this.sent.push(...events) },
      later: async (event, dueAtMs) => void this.laterChecks.push({ event, dueAtMs }),
      newToken: () => String(++this.tokens),
      report: (_, report) => void this.reports.push(report),
      cluster: () => clusters[0] as (typeof clusters)[number],
      clusters,
    };
  }

  /** Reads that Cloud Map from now on. */
  use(cloudMap: CloudMap): this {
    this.cloudMap = cloudMap;
    const catalog = new CloudMapCatalog(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
    this.deps = { ...this.deps, catalog: () => catalog };
    return this;
  }

  namespace(name: string): string {
    this.call('CreateHttpNamespace', { Name: name });
    const { namespaces } = this.cloudMap.snapshot();
    return namespaces.find((each) => each.name === name)?.id ?? '';
  }

  service(namespaceId: string, name: string, more: object = {}): string {
    const { Service } = this.call('CreateService', { Name: name, NamespaceId: namespaceId, ...more }) as {
      Service: { Id: string };
    };
    return Service.Id;
  }

  register(serviceId: string, instanceId: string, attributes: Instance = {}): void {
    const Attributes = { AWS_INSTANCE_IPV4: instanceId, AWS_INSTANCE_PORT: '8080', ...attributes };
    this.call('RegisterInstance', { ServiceId: serviceId, InstanceId: instanceId, Attributes });
  }

  deregister(serviceId: string, instanceId: string): void {
    this.call('DeregisterInstance', { ServiceId: serviceId, InstanceId: instanceId });
  }

  setHealth(serviceId: string, instanceId: string, Status: 'HEALTHY' | 'UNHEALTHY'): void {
    this.call('UpdateInstanceCustomHealthStatus', { ServiceId: serviceId, InstanceId: instanceId, Status });
  }

  call(operation: string, input: object): unknown {
    return this.cloudMap.handle(operation, input);
  }

  poll(scope: { readonly namespaceId?: string; readonly isFull?: boolean } = {}): Promise<void> {
    return syncEntries(this.deps, 'local', [pollRequested('local', String(++this.tokens), 'test', scope)]);
  }

  check(serviceId: string): Promise<void> {
    return syncEntries(this.deps, 'local', [serviceChanged('local', serviceId, this.clock.now())]);
  }

  /** The calls of Cloud Map and of the cluster during some work. */
  async callsOf(work: () => Promise<unknown>): Promise<Calls> {
    this.cloudMap.calls.clear();
    this.objects.calls.length = 0;
    await work();
    const cluster = Map.groupBy(this.objects.calls, (call) => call.split(' ')[0] ?? '');
    return {
      cloudMap: Object.fromEntries(this.cloudMap.calls),
      cluster: Object.fromEntries([...cluster].map(([verb, calls]) => [verb, calls.length])),
    };
  }

  /** Host → addresses of the entries that are ours. */
  get endpoints(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      this.live.map((object) => [
        String((object.spec?.hosts as string[] | undefined)?.[0]),
        addressesOf(object),
      ]),
    );
  }

  get live(): readonly LiveObject[] {
    return this.objects.all.filter(({ kind }) => kind === 'ServiceEntry');
  }

  get lastReport(): EntryPollReport | undefined {
    return this.reports.at(-1);
  }
}

interface Calls {
  readonly cloudMap: Readonly<Record<string, number>>;
  readonly cluster: Readonly<Record<string, number>>;
}

function addressesOf({ spec }: LiveObject): readonly string[] {
  return ((spec?.endpoints ?? []) as { address: string }[]).map(({ address }) => address).sort();
}
