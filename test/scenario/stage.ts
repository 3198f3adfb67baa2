import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import * as z from 'zod';
import { VirtualClock } from '../../local/aws/cloud-map/clock.ts';
import { CloudMap } from '../../local/aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '../../local/aws/cloud-map/in-process.ts';
import { CloudMapAdapter } from '../../shared/aws/cloud-map.ts';
import { type ClusterConfig, clustersFile } from '../../shared/model/cluster-config.ts';
import { PermanentError } from '../../shared/model/errors.ts';
import { detailTypes, type EventDetail } from '../../shared/model/event.ts';
import {
  clusterListed,
  clusterObjectChanged,
  podChanged,
  podResyncRequested,
} from '../../shared/model/event-schema.ts';
import { parseEvent } from '../../shared/runtime/parse-event.ts';
import { observeClusterObject } from '../../shared/sync/observe-cluster-object.ts';
import { observeListing } from '../../shared/sync/observe-listing.ts';
import { observePod } from '../../shared/sync/observe-pod.ts';
import type { World } from '../../shared/sync/ports.ts';
import { memoryStores } from '../fakes/memory-stores.ts';
import { FunctionQueue } from './queue.ts';

const podEvent = z.discriminatedUnion('type', [podChanged, podResyncRequested]);
const meshEvent = z.discriminatedUnion('type', [clusterObjectChanged, clusterListed]);

/** An AWS error that calls of an operation get instead of an answer, so many times. */
export interface Refusal {
  readonly operation: string;
  readonly error: string;
  readonly message: string;
  times: number;
}

/**
 * The system as it runs, but for AWS's wires: real use cases behind real queues' rules, the real Cloud Map adapter over
 * the real SDK against the embedded Cloud Map; stores in memory; time that stands still until it is advanced.
 */
export class Stage {
  readonly clock = new VirtualClock(Date.UTC(2026, 10, 21, 10));
  readonly cloudMap = new CloudMap({ clock: this.clock, settings: { rates: {} } });
  readonly stores = memoryStores();
  readonly refusals: Refusal[] = [];
  readonly queues: { readonly pods: FunctionQueue; readonly mesh: FunctionQueue };
  private readonly clusters = new Map<string, ClusterConfig>();
  private readonly world: World;

  constructor(clusters: readonly unknown[]) {
    for (const config of clusters) this.configure(config);
    this.world = this.makeWorld();
    const now = () => this.clock.now();
    this.queues = {
      pods: new FunctionQueue(now, async (body) => observePod(this.world, parseEvent(podEvent, body))),
      mesh: new FunctionQueue(now, async (body) => this.observeMesh(body)),
    };
  }

  /** Adds a cluster as clusters.yml describes it, or changes it. */
  configure(config: unknown): void {
    for (const cluster of clustersFile.parse({ clusters: [config] }).clusters)
      this.clusters.set(cluster.name, cluster);
  }

  publish(events: readonly EventDetail[]): void {
    for (const event of events) {
      const isPods = event.type === detailTypes.podChanged || event.type === detailTypes.podResyncRequested;
      this.queues[isPods ? 'pods' : 'mesh'].send(event.group, JSON.stringify(event));
    }
  }

  /** Works until the queues are empty, letting time pass where everything left has to wait; then a second longer. */
  async settle(): Promise<void> {
    const { pods, mesh } = this.queues;
    for (let messages = 0; messages < 2_000; messages++) {
      if ((await mesh.work()) || (await pods.work())) continue;
      const times = [pods.nextAtMs(), mesh.nextAtMs()].filter((time) => time !== undefined);
      if (times.length === 0) return this.clock.advance(1_000);
      this.clock.advance(Math.max(1, Math.min(...times) - this.clock.now()));
    }
    throw new Error('the queues never become empty');
  }

  private async observeMesh(body: string): Promise<void> {
    const event = parseEvent(meshEvent, body);
    if (event.type === detailTypes.clusterListed) return observeListing(this.world, event);
    return observeClusterObject(this.world, event);
  }

  private makeWorld(): World {
    const adapter = new CloudMapAdapter(this.client());
    return {
      clock: {
        now: () => this.clock.now(),
        sleep: async (milliseconds) => this.clock.advance(milliseconds),
      },
      ...this.stores,
      bus: { publish: async (events) => this.publish(events) },
      cloudMap: () => adapter,
      cluster: (name) => {
        const config = this.clusters.get(name);
        if (config === undefined) throw new PermanentError(`cluster is "${name}", which is not configured`);
        return config;
      },
    };
  }

  private client(): ServiceDiscoveryClient {
    const client = new ServiceDiscoveryClient(inProcessClientOptions(this.cloudMap));
    client.middlewareStack.add(
      (next, context) => (args) => {
        const refusal = this.refusals.find(
          ({ operation, times }) => `${operation}Command` === context.commandName && times > 0,
        );
        if (refusal === undefined) return next(args);
        refusal.times -= 1;
        throw Object.assign(new Error(refusal.message), { name: refusal.error, $metadata: {} });
      },
      { step: 'initialize' },
    );
    return client;
  }
}
