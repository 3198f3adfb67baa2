import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws, Kubectl } from '../end-to-end/harness/clients.ts';
import type { Instance, Observation, Pod, VirtualNode } from './check.ts';
import type { MeshObservation } from './check-mesh.ts';
import { cloudMapNamespace, kubernetesNamespace, versions } from './manifests.ts';
import { MeshObserver } from './observe-mesh.ts';

const stage = 'eks-mesh-sync-local';
const queues = ['pods', 'mesh'];
/** The cluster has no section serviceEntries: nobody polls this queue, and nothing may be sent to it. */
const unusedQueue = 'service-entries';

interface Counts {
  readonly waiting: number;
  readonly hidden: number;
}

interface DeadLetter {
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/** What a sweep answers, as far as the soak reports it. */
export interface SweepReport {
  readonly counts: Readonly<Record<string, number>>;
  readonly refused: readonly {
    readonly service?: string;
    readonly instanceId?: string;
    readonly reason: string;
  }[];
}

/** What kubectl and aws answer, and nothing else: the soak knows no more than a person would. */
export class Observer {
  readonly #kubectl: Kubectl;
  readonly #aws: Aws;
  readonly #mesh: MeshObserver;
  readonly #folder = mkdtempSync(join(tmpdir(), 'soak-'));
  readonly #urls = new Map<string, string>();
  readonly #serviceIds = new Map<string, string>();

  constructor(kubectl: Kubectl, aws: Aws) {
    this.#kubectl = kubectl;
    this.#aws = aws;
    this.#mesh = new MeshObserver(kubectl, aws);
  }

  async observe(): Promise<Observation> {
    const pods = await this.#items<Pod>('pods');
    const virtualNodes = await this.#items<VirtualNode>('virtualnodes');
    const services = [...new Set(versions.map(({ service }) => service))];
    const instances = await Promise.all(services.map((service) => this.instancesOf(service)));
    return { pods, virtualNodes, instances: instances.flat() };
  }

  observeMesh(): Promise<MeshObservation> {
    return this.#mesh.observe();
  }

  /** With `ALL`, so that unhealthy ones are among them. */
  async instancesOf(service: string): Promise<readonly Instance[]> {
    const answer = await this.#aws(
      ...['servicediscovery', 'discover-instances', '--namespace-name', cloudMapNamespace],
      ...['--service-name', service, '--health-status', 'ALL', '--max-results', '1000'],
    );
    return (answer as { Instances: Instance[] }).Instances;
  }

  async serviceId(service: string): Promise<string> {
    const known = this.#serviceIds.get(service);
    if (known !== undefined) return known;
    const { Services } = (await this.#aws('servicediscovery', 'list-services')) as {
      Services: { readonly Id: string; readonly Name: string }[];
    };
    for (const { Id, Name } of Services) this.#serviceIds.set(Name, Id);
    const id = this.#serviceIds.get(service);
    if (id === undefined) throw new Error(`Cloud Map has no service ${service}`);
    return id;
  }

  /** A sweep of the cluster, as the schedule makes it. */
  async sweep(): Promise<SweepReport> {
    return (await this.#invoke('sweep', { cluster: 'local' })) as SweepReport;
  }

  async explain(instance: string): Promise<string> {
    return String(await this.#invoke('explain', { instance }));
  }

  /** The states of the operations of Cloud Map. */
  async operations(): Promise<readonly string[]> {
    const answer = await this.#aws('servicediscovery', 'list-operations');
    return (answer as { Operations: { Status: string }[] }).Operations.map(({ Status }) => Status);
  }

  /** Resolves when both queues that are polled are empty twice in a row, a second apart; false when that takes longer. */
  async untilDrained(maxMs: number): Promise<boolean> {
    const deadlineMs = Date.now() + maxMs;
    for (let emptyReads = 0; Date.now() < deadlineMs; await sleep(1_000)) {
      const { waiting, hidden } = await this.messages();
      emptyReads = waiting + hidden === 0 ? emptyReads + 1 : 0;
      if (emptyReads === 2) return true;
    }
    return false;
  }

  /** In the queues that are polled: to be handled now; and hidden, since they are being handled or are to be retried later. */
  async messages(): Promise<Counts> {
    const [pods, mesh] = await Promise.all(queues.map((queue) => this.#countIn(`${stage}-${queue}.fifo`)));
    return {
      waiting: (pods?.waiting ?? 0) + (mesh?.waiting ?? 0),
      hidden: (pods?.hidden ?? 0) + (mesh?.hidden ?? 0),
    };
  }

  /** What is in the dead-letter queues, and in the queue that nobody polls: their lengths and the reasons. */
  async deadLetters(): Promise<readonly string[]> {
    const reasons: string[] = [];
    for (const queue of [...[...queues, unusedQueue].map((each) => `${each}-dead-letters`), unusedQueue]) {
      const name = `${stage}-${queue}.fifo`;
      const { waiting, hidden } = await this.#countIn(name);
      if (waiting + hidden > 0)
        reasons.push(`${waiting + hidden} in ${name}`, ...(await this.#reasonsIn(name)));
    }
    return reasons;
  }

  async #reasonsIn(queue: string): Promise<readonly string[]> {
    const answer = await this.#aws(
      ...['sqs', 'receive-message', '--queue-url', await this.#urlOf(queue), '--visibility-timeout', '0'],
      ...['--max-number-of-messages', '10', '--message-attribute-names', 'All'],
    );
    const { Messages = [] } = answer as { Messages?: DeadLetter[] };
    return Messages.map(({ MessageAttributes, Body }) => MessageAttributes?.Reason?.StringValue ?? Body);
  }

  async #countIn(queue: string): Promise<Counts> {
    const { Attributes } = (await this.#aws(
      ...['sqs', 'get-queue-attributes', '--queue-url', await this.#urlOf(queue)],
      ...['--attribute-names', 'All'],
    )) as { Attributes: Readonly<Record<string, string>> };
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }

  async #urlOf(queue: string): Promise<string> {
    const known = this.#urls.get(queue);
    if (known !== undefined) return known;
    const { QueueUrl } = (await this.#aws('sqs', 'get-queue-url', '--queue-name', queue)) as {
      QueueUrl: string;
    };
    this.#urls.set(queue, QueueUrl);
    return QueueUrl;
  }

  async #invoke(name: string, payload: object): Promise<unknown> {
    const file = join(this.#folder, 'answer');
    await this.#aws('lambda', 'invoke', '--function-name', name, '--payload', JSON.stringify(payload), file);
    const text = readFileSync(file, 'utf8');
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'errorMessage' in answer)
      throw new Error(`${name} failed: ${text}`);
    return answer;
  }

  async #items<Item>(resource: string): Promise<readonly Item[]> {
    const text = await this.#kubectl(['get', resource, '-n', kubernetesNamespace, '-o', 'json']);
    return (JSON.parse(text) as { items: Item[] }).items;
  }
}
