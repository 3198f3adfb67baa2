import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { CloudMapCatalog } from '../../shared/adapters/aws/cloud-map-catalog.ts';
import { clusterByName } from '../../shared/lambda/compose/environment.ts';
import { type ClusterConfig, clustersFile } from '../../shared/model/cluster-config.ts';
import type { DeadLetter } from '../../shared/model/records/dead-letter.ts';
import type { ReportDependencies } from '../../shared/ports/report-ports.ts';
import type { SweepReport } from '../../shared/ports/sweep-ports.ts';
import type { ReportScope } from '../../shared/report/plan/facts.ts';
import type { Report } from '../../shared/report/plan/report.ts';
import { readReport } from '../../shared/report/read-report.ts';
import { MemoryServiceEntries } from '../fakes/stores/memory-service-entries.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

const usual = { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } };

/** The system as it runs in the scenarios, and the report beside it, which reads what the system wrote. */
export class ReportHarness {
  readonly harness: ScenarioHarness;
  readonly sweeps = new Map<string, SweepReport>();
  readonly deadLetters: DeadLetter[] = [];
  readonly deadLetterQueues: { queue: string; messages: number }[] = [];
  /** When the relay listed; undefined: by the time of the events alone. */
  listedAtMs: number | undefined;
  /** Reads that the test replaces. */
  replaced: Partial<ReportDependencies> = {};
  private readonly configs: readonly ClusterConfig[];
  private readonly clusters = new Map<string, ScenarioCluster>();

  constructor(...clusters: readonly object[]) {
    const given = clusters.length === 0 ? [usual] : clusters.map((cluster) => ({ ...usual, ...cluster }));
    this.harness = new ScenarioHarness(given);
    this.configs = clustersFile.parse({ clusters: given }).clusters;
  }

  /** What happens in a cluster: `'pod/front-1': { ip: '10.0.0.1' }`. */
  async apply(changes: Readonly<Record<string, unknown>>, cluster = 'local'): Promise<void> {
    const scenario =
      this.clusters.get(cluster) ?? new ScenarioCluster(cluster, () => this.harness.clock.now());
    this.clusters.set(cluster, scenario);
    const events = Object.entries(changes).map(([reference, change]) => scenario.apply(reference, change));
    this.harness.publish(events);
    await this.harness.settle();
  }

  report(scope: ReportScope = {}): Promise<Report> {
    return readReport(this.dependencies(), scope);
  }

  dependencies(): ReportDependencies {
    const { stores, clock, cloudMap } = this.harness;
    const client = new ServiceDiscoveryClient(inProcessClientOptions(cloudMap));
    return {
      ...{
        clock: { now: () => clock.now() },
        pods: stores.pods,
        claims: stores.claims,
        objects: stores.objects,
      },
      ...{ statuses: stores.statuses, meshRuns: stores.meshRuns, services: stores.services },
      ...{ usedServices: stores.usedServices, serviceEntries: new MemoryServiceEntries() },
      deadLetters: { ofCluster: async () => this.deadLetters },
      deadLetterQueues: { counts: async () => this.deadLetterQueues },
      drains: stores.drains,
      reports: { last: async (cluster) => this.sweeps.get(cluster) },
      relay: { lastListedAtMs: async () => this.listedAtMs },
      catalog: () => new CloudMapCatalog(client),
      cluster: clusterByName(new Map(this.configs.map((config) => [config.name, config]))),
      clusters: this.configs,
      place: { kind: 'deployment', stage: 'production', region: 'eu-central-1' },
      ...this.replaced,
    };
  }
}
