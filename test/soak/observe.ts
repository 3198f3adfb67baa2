import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws, Kubectl } from '../end-to-end/support/clients.ts';
import type { Instance, Observation, Pod, VirtualNode } from './check.ts';
import { cloudMapNamespace, kubernetesNamespace, versions } from './manifests.ts';

const stage = 'eks-mesh-sync-local';

/** What kubectl and aws answer, and nothing else: the soak knows no more than a person would. */
export class Observer {
  readonly #kubectl: Kubectl;
  readonly #aws: Aws;
  readonly #folder = mkdtempSync(join(tmpdir(), 'soak-'));

  constructor(kubectl: Kubectl, aws: Aws) {
    this.#kubectl = kubectl;
    this.#aws = aws;
  }

  async observe(): Promise<Observation> {
    const pods = await this.#items<Pod>('pods');
    const virtualNodes = await this.#items<VirtualNode>('virtualnodes');
    const instances: Instance[] = [];
    for (const service of new Set(versions.map(({ service }) => service)))
      instances.push(...(await this.instancesOf(service)));
    return { pods, virtualNodes, instances };
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
    const { Services } = (await this.#aws('servicediscovery', 'list-services')) as {
      Services: { readonly Id: string; readonly Name: string }[];
    };
    const id = Services.find(({ Name }) => Name === service)?.Id;
    if (id === undefined) throw new Error(`Cloud Map has no service ${service}`);
    return id;
  }

  async invoke(name: string, payload: object): Promise<unknown> {
    const file = join(this.#folder, 'answer');
    await this.#aws('lambda', 'invoke', '--function-name', name, '--payload', JSON.stringify(payload), file);
    return JSON.parse(readFileSync(file, 'utf8'));
  }

  /** Resolves when both queues are empty three times in a row; false when that takes longer. */
  async untilQuiet(maxMs: number): Promise<boolean> {
    const deadlineMs = Date.now() + maxMs;
    for (let emptyReads = 0; Date.now() < deadlineMs; ) {
      emptyReads = (await this.#messages()) === 0 ? emptyReads + 1 : 0;
      if (emptyReads === 3) return true;
      await sleep(500);
    }
    return false;
  }

  /** In the queues, waiting or being worked on. */
  async #messages(): Promise<number> {
    let sum = 0;
    for (const queue of ['pods', 'mesh']) sum += await this.messagesIn(`${stage}-${queue}.fifo`);
    return sum;
  }

  async messagesIn(queue: string): Promise<number> {
    const { QueueUrl } = (await this.#aws('sqs', 'get-queue-url', '--queue-name', queue)) as {
      QueueUrl: string;
    };
    const { Attributes } = (await this.#aws(
      ...['sqs', 'get-queue-attributes', '--queue-url', QueueUrl, '--attribute-names', 'All'],
    )) as { Attributes: Readonly<Record<string, string>> };
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible)
    );
  }

  async #items<Item>(resource: string): Promise<readonly Item[]> {
    const text = await this.#kubectl(['get', resource, '-n', kubernetesNamespace, '-o', 'json']);
    return (JSON.parse(text) as { items: Item[] }).items;
  }
}
