import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateHttpNamespaceCommand,
  GetServiceCommand,
  ListInstancesCommand,
  ListNamespacesCommand,
  ListOperationsCommand,
  ListServicesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { invoke } from '../../deploy/smoke/aws/invoke.ts';
import { eventBridgeBus } from '../../relay/send/event-bus.ts';
import { podChanged } from '../../relay/watch/details.ts';

/** What a person sees of the AWS that AWS_ENDPOINT_URL names, and what a relay sends. */
export class World {
  readonly #events = new EventBridgeClient();
  readonly #lambda = new LambdaClient();
  readonly #cloudMap = new ServiceDiscoveryClient({ disableHostPrefix: true });
  readonly #dynamodb = new DynamoDBClient();
  readonly #sqs = new SQSClient();
  #version = Date.now();

  async createNamespace(Name: string): Promise<void> {
    await this.#cloudMap.send(new CreateHttpNamespaceCommand({ Name }));
  }

  /** `namespace/service` → instance id → pod, or `owner` of an instance of somebody else. */
  async instances(): Promise<Record<string, Record<string, string>>> {
    const { Namespaces = [] } = await this.#cloudMap.send(new ListNamespacesCommand({}));
    const names = new Map(Namespaces.map(({ Id, Name }) => [Id, Name]));
    const found: Record<string, Record<string, string>> = {};
    for (const { Id: ServiceId, Name } of await this.#services()) {
      const { Service } = await this.#cloudMap.send(new GetServiceCommand({ Id: ServiceId }));
      const { Instances = [] } = await this.#cloudMap.send(new ListInstancesCommand({ ServiceId }));
      const key = `${names.get(Service?.NamespaceId)}/${Name}`;
      const instances = Object.fromEntries(
        Instances.map(({ Id = '', Attributes = {} }) => [
          Id,
          Attributes['k8s.io/pod'] === undefined
            ? (Attributes.owner ?? '')
            : `${Attributes['k8s.io/cluster']}/${Attributes['k8s.io/pod']}`,
        ]),
      );
      // There may be several services of a name, as ministack allows.
      found[key] = { ...found[key], ...instances };
    }
    return found;
  }

  async #services() {
    return (await this.#cloudMap.send(new ListServicesCommand({}))).Services ?? [];
  }

  async registerByHand(serviceName: string, InstanceId: string, owner: string): Promise<void> {
    const service = (await this.#services()).find(({ Name }) => Name === serviceName);
    const Attributes = { AWS_INSTANCE_IPV4: InstanceId, owner };
    await this.#cloudMap.send(
      new RegisterInstanceCommand({ ServiceId: service?.Id, InstanceId, Attributes }),
    );
  }

  /** The event of a ready pod of a cluster, as its relay sends it. */
  async sendPod(
    { stage, cluster }: { readonly stage: string; readonly cluster: string },
    { name, ip, service }: { readonly name: string; readonly ip: string; readonly service: string },
    change: 'Applied' | 'Deleted' = 'Applied',
  ): Promise<void> {
    this.#version += 1;
    const [cloudMapNamespace = '', cloudMapService = ''] = service.split('/');
    const event = podChanged(
      cluster,
      change,
      {
        metadata: {
          ...{ name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(this.#version) },
          ...{ creationTimestamp: '2026-11-28T06:00:00Z', labels: { app: name } },
          annotations: {
            'eks-mesh-sync/cloud-map-namespace': cloudMapNamespace,
            'eks-mesh-sync/cloud-map-service': cloudMapService,
          },
        },
        spec: {},
        status: { phase: 'Running', podIPs: [{ ip }], conditions: readyConditions },
      },
      () => undefined,
    );
    const bus = eventBridgeBus(this.#events, `eks-mesh-sync-${stage}`, cluster);
    const [result] = await bus.put([{ type: event.type, detail: JSON.stringify(event) }]);
    if (result?.errorCode) throw new Error(`PutEvents: ${result.errorCode}`);
  }

  invoke(stage: string, name: string, input: object): Promise<unknown> {
    return invoke(this.#lambda, `eks-mesh-sync-${stage}-${name}`, input);
  }

  /** How many deregistrations Cloud Map has accepted. */
  async deregistrations(): Promise<number> {
    const Filters = [{ Name: 'TYPE' as const, Values: ['DEREGISTER_INSTANCE'] }];
    const { Operations = [] } = await this.#cloudMap.send(new ListOperationsCommand({ Filters }));
    return Operations.length;
  }

  /** Of each function of a stage, the hash of its code. */
  async code(stage: string): Promise<Readonly<Record<string, string | undefined>>> {
    const { Functions = [] } = await this.#lambda.send(new ListFunctionsCommand({}));
    const prefix = `eks-mesh-sync-${stage}-`;
    const own = Functions.filter(({ FunctionName }) => FunctionName?.startsWith(prefix));
    return Object.fromEntries(own.map(({ FunctionName = '', CodeSha256 }) => [FunctionName, CodeSha256]));
  }

  async variables(stage: string, name: string): Promise<Readonly<Record<string, string>>> {
    const FunctionName = `eks-mesh-sync-${stage}-${name}`;
    const { Environment } = await this.#lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return Environment?.Variables ?? {};
  }

  /** What there is with the stage in its name: buses, queues, functions; and all tables. */
  async left(stage: string) {
    const own = (names: readonly (string | undefined)[]) =>
      names.filter((name) => name?.includes(`eks-mesh-sync-${stage}`)).length;
    const { EventBuses = [] } = await this.#events.send(new ListEventBusesCommand({}));
    const { QueueUrls = [] } = await this.#sqs.send(new ListQueuesCommand({}));
    const { Functions = [] } = await this.#lambda.send(new ListFunctionsCommand({}));
    const { TableNames = [] } = await this.#dynamodb.send(new ListTablesCommand({}));
    return {
      buses: own(EventBuses.map(({ Name }) => Name)),
      queues: own(QueueUrls),
      functions: own(Functions.map(({ FunctionName }) => FunctionName)),
      tables: TableNames,
    };
  }
}

const readyConditions = [
  { type: 'Ready', status: 'True' },
  { type: 'ContainersReady', status: 'True' },
];
