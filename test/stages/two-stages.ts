import { sweep } from '../../shared/sweep/sweep.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

/** As clusters.yml describes it. */
export interface StageCluster {
  readonly name: string;
  readonly cloudMap: object;
  readonly tenancy?: readonly object[];
}

const writes: ReadonlySet<string> = new Set([
  ...['RegisterInstance', 'DeregisterInstance', 'UpdateInstanceCustomHealthStatus', 'DeleteService'],
]);

/** A stage with one cluster, and the events of it that its relay has not sent yet. */
export class Stage {
  /** The calls of its functions that change Cloud Map, such as `RegisterInstance 10.0.0.1`. */
  readonly writes: string[] = [];
  readonly harness: ScenarioHarness;
  readonly cluster: ScenarioCluster;
  private readonly unsent: ReturnType<ScenarioCluster['apply']>[] = [];
  private sweeps = 0;

  /** Its functions run now. */
  private isActing = false;

  /** `beside`: the other stage, with which it shares Cloud Map and the time, and nothing else. */
  constructor(config: StageCluster, beside?: Stage, cluster?: ScenarioCluster) {
    this.harness = new ScenarioHarness([config], 'path', beside?.harness);
    this.cluster = cluster ?? new ScenarioCluster(config.name, () => this.harness.clock.now());
    this.noteWrites();
    this.harness.apiServers.set(config.name, {
      list: () => this.cluster.listing(),
      setCondition: async () => '0',
      write: async () => {},
    });
  }

  private noteWrites(): void {
    const { cloudMap } = this.harness;
    const handle = cloudMap.handle.bind(cloudMap);
    cloudMap.handle = (operation, input) => {
      const { InstanceId = '' } = Object(input) as { readonly InstanceId?: string };
      if (this.isActing && writes.has(operation)) this.writes.push(`${operation} ${InstanceId}`);
      return handle(operation, input);
    };
  }

  /** Processes a message of a queue; false if none can be processed. */
  async work(queue: 'pods' | 'mesh'): Promise<boolean> {
    this.isActing = true;
    const hasWorked = await this.harness.queues[queue].work();
    this.isActing = false;
    return hasWorked;
  }

  receive(event: ReturnType<ScenarioCluster['apply']>): void {
    this.unsent.push(event);
  }

  /** Events come in any order. */
  deliver(order: 'in order' | 'backwards'): void {
    const events = this.unsent.splice(0);
    this.harness.publish(order === 'in order' ? events : events.reverse());
  }

  loseEvents(): void {
    this.unsent.splice(0);
  }

  async sweep(force = false): Promise<void> {
    const scheduled = { namespace: undefined, pod: undefined, force, adopt: true, dryRun: false };
    const { name } = this.cluster;
    await sweep(this.harness.deps, { cluster: name }, scheduled, `${name}-${++this.sweeps}`);
  }
}

async function workAll(stages: readonly Stage[]): Promise<boolean> {
  let hasWorked = false;
  for (const stage of stages)
    for (const queue of ['mesh', 'pods'] as const) hasWorked = (await stage.work(queue)) || hasWorked;
  return hasWorked;
}

/** Works on what is queued in all stages until nothing is left. */
export async function settle(stages: readonly Stage[]): Promise<void> {
  const queues = stages.flatMap(({ harness: { queues } }) => [queues.pods, queues.mesh]);
  const [first] = stages;
  for (let rounds = 0; rounds < 5_000; rounds++) {
    if (await workAll(stages)) continue;
    const times = queues.flatMap((queue) => queue.nextAtMs() ?? []);
    if (times.length === 0) return first?.harness.clock.advance(1_000);
    const clock = first?.harness.clock;
    clock?.advance(Math.max(1, Math.min(...times) - clock.now()));
  }
  throw new Error('the queues never become empty');
}
