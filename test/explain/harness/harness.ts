import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { CloudMapAdapter } from '../../../shared/adapters/aws/cloud-map.ts';
import { CloudMapCatalog } from '../../../shared/adapters/aws/cloud-map-catalog.ts';
import { CloudMapDiscovery } from '../../../shared/adapters/aws/cloud-map-discovery.ts';
import { CloudMapReader } from '../../../shared/adapters/aws/cloud-map-reader.ts';
import { explain } from '../../../shared/explain/explain.ts';
import { explainRequest } from '../../../shared/explain/explain-request.ts';
import type { ObjectDependencies } from '../../../shared/explain/object-dependencies.ts';
import { clusterByName } from '../../../shared/lambda/compose/environment.ts';
import { meshRules } from '../../../shared/lambda/compose/mesh-rules.ts';
import { objectOf } from '../../../shared/lambda/parse-event.ts';
import { type ClusterConfig, clustersFile } from '../../../shared/model/cluster-config.ts';
import { RetryableError } from '../../../shared/model/errors.ts';
import type { ServiceKey } from '../../../shared/model/identity.ts';
import type { DeadLetter } from '../../../shared/model/records/dead-letter.ts';
import type { SweepReport } from '../../../shared/ports/sweep-ports.ts';
import { hostedZonesOf } from '../../fakes/hosted-zones.ts';
import { MemoryKubernetesObjects } from '../../fakes/memory-kubernetes-objects.ts';
import { MemoryServiceEntries } from '../../fakes/stores/memory-service-entries.ts';
import { doByHand } from '../../scenario/cloud-map.ts';
import { ScenarioCluster } from '../../scenario/cluster.ts';
import { ScenarioHarness } from '../../scenario/harness.ts';
import type { ByHand } from '../../scenario/scenario.ts';
import { production } from './pod-facts.ts';

const usual = { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } };

/** The system as it runs in the scenarios, and `explain` beside it, which reads what the system wrote. */
export class ExplainHarness {
  readonly harness: ScenarioHarness;
  readonly reports = new Map<string, SweepReport>();
  /** What the last comparison of ServiceEntries read, and what is in the cluster. */
  readonly serviceEntries = new MemoryServiceEntries();
  readonly kubernetesObjects = new MemoryKubernetesObjects();
  /** Cloud Map calls that `explain` is denied, with AWS's message. */
  readonly refused = new Map<string, string>();
  /** Stores that do not answer. */
  readonly broken = new Set<'pods' | 'claims' | 'objects' | 'services'>();
  private readonly clusters = new Map<string, ScenarioCluster>();
  private readonly configs: readonly ClusterConfig[];

  constructor(clusters: readonly unknown[] = [usual]) {
    this.harness = new ScenarioHarness(clusters);
    this.configs = clustersFile.parse({ clusters }).clusters;
  }

  /** What happens in a cluster: `'pod/front-1': { ip: '10.0.0.1' }`. */
  async apply(changes: Readonly<Record<string, unknown>>, cluster = 'local'): Promise<void> {
    this.publish(changes, cluster);
    await this.harness.settle();
  }

  /** Likewise, then lets so many seconds pass, for events that wait. */
  async applyFor(seconds: number, changes: Readonly<Record<string, unknown>>): Promise<void> {
    this.publish(changes, 'local');
    await this.harness.pass(seconds);
  }

  private publish(changes: Readonly<Record<string, unknown>>, cluster: string): void {
    const scenario =
      this.clusters.get(cluster) ?? new ScenarioCluster(cluster, () => this.harness.clock.now());
    this.clusters.set(cluster, scenario);
    this.harness.publish(
      Object.entries(changes).map(([reference, change]) => scenario.apply(reference, change)),
    );
  }

  async delete(reference: string): Promise<void> {
    const event = this.clusters.get('local')?.delete(reference);
    if (event !== undefined) this.harness.publish([event]);
    await this.harness.settle();
  }

  byHand(...actions: readonly ByHand[]): void {
    for (const action of actions) doByHand(this.harness, action);
  }

  pod(name: string, namespace = 'shop', cluster = 'local') {
    return this.ask({ cluster, namespace, pod: name });
  }

  /** The answer both ways. */
  async ask(request: object) {
    const deps = this.deps();
    const answer = await explain(deps, explainRequest.parse({ ...request, format: 'json' }));
    const text = await explain(deps, explainRequest.parse(request));
    if (typeof answer === 'string' || typeof text !== 'string') throw new Error('json and text are mixed up');
    return { answer, text, cause: answer.cause };
  }

  private deps(): ObjectDependencies {
    const { stores, clock } = this.harness;
    const client = this.client();
    const [cloudMap, reader, discovery] = [
      new CloudMapAdapter(client, hostedZonesOf(this.harness.cloudMap)),
      new CloudMapReader(client),
      new CloudMapDiscovery(client),
    ];
    return {
      place: production,
      clock: { now: () => clock.now() },
      pods: this.guarded('pods', stores.pods),
      claims: this.guarded('claims', stores.claims),
      objects: this.guarded('objects', stores.objects),
      services: this.guarded('services', Object.assign(stores.services, { ofTarget: this.ofTarget })),
      meshClaims: stores.meshClaims,
      statuses: stores.statuses,
      meshRuns: stores.meshRuns,
      deadLetters: { of: async (...about) => this.deadLetter(...about) },
      drains: stores.drains,
      reports: { last: async (cluster) => this.reports.get(cluster) },
      cloudMap: () => cloudMap,
      cloudMapReader: () => reader,
      discovery: () => discovery,
      serviceEntries: this.serviceEntries,
      catalog: () => new CloudMapCatalog(client),
      kubernetesObjects: () => this.kubernetesObjects,
      meshRules,
      cluster: clusterByName(new Map(this.configs.map((config) => [config.name, config]))),
      clusters: this.configs,
    };
  }

  private readonly ofTarget = async function* (
    this: ScenarioHarness['stores']['services'],
    target: string,
  ): AsyncGenerator<ServiceKey> {
    const keys = [...this.known.keys()].map((text) => JSON.parse(text) as ServiceKey);
    yield* keys.filter((key) => key.target === target);
  };

  private deadLetter(cluster: string, kind: string, namespace: string, name?: string): readonly DeadLetter[] {
    const { pods, mesh } = this.harness.queues;
    return [...pods.deadLetters, ...mesh.deadLetters].flatMap(({ body, reason = 'no reason' }) => {
      const object = objectOf(body);
      const isWanted =
        object?.cluster === cluster &&
        object.kind === kind &&
        object.namespace === namespace &&
        (name ?? object.name) === object.name;
      if (!isWanted) return [];
      const at = '2026-11-21T10:00:00.000Z';
      return [{ kind, namespace, name: object.name, reason, at, messageId: 'm' }];
    });
  }

  private guarded<Store extends object>(
    name: 'pods' | 'claims' | 'objects' | 'services',
    store: Store,
  ): Store {
    if (!this.broken.has(name)) return store;
    const refuse = () => {
      throw new RetryableError('DynamoDB table state: InternalServerError: try again');
    };
    return new Proxy(store, { get: () => refuse });
  }

  private client(): ServiceDiscoveryClient {
    const client = new ServiceDiscoveryClient(inProcessClientOptions(this.harness.cloudMap));
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) => {
          const message = this.refused.get(commandName.replace(/Command$/, ''));
          if (message === undefined) return next(args);
          throw Object.assign(new Error(message), { name: 'AccessDeniedException', $metadata: {} });
        },
      { step: 'initialize' },
    );
    return client;
  }
}
