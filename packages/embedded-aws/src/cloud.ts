import { account, arn } from './account.ts';
import { CloudTrail } from './cloud-trail.ts';
import { dynamoDbService } from './dynamodb/service.ts';
import { type EksCluster, eksService } from './eks.ts';
import { EventBus } from './event-bridge/event-bus.ts';
import type { BusEvent } from './event-bridge/put-events.ts';
import { startSchedules } from './event-bridge/schedules.ts';
import { eventBridgeService } from './event-bridge/service.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { invokeAsynchronously } from './lambda/asynchronous.ts';
import { EventSourceMapping } from './lambda/event-source-mapping.ts';
import { LambdaFunction } from './lambda/lambda-function.ts';
import type { LogSink } from './lambda/log.ts';
import { lambdaService } from './lambda/service.ts';
import { AwsError, type AwsService } from './protocol.ts';
import type { FifoQueue } from './sqs/fifo-queue.ts';
import { Queues } from './sqs/queues.ts';
import { queueUrl, sqsService } from './sqs/service.ts';
import { stsService } from './sts.ts';
import type { RuleDescription, Topology } from './topology.ts';

export interface CloudOptions {
  /** Usually 4566; 0 for a free port. */
  readonly port: number;
  readonly topology: Topology;
  /** The file URL of each function's module, by function name. */
  readonly handlers: Readonly<Record<string, string>>;
  /** Environment variables of every function, beside those of the topology. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether rules use the message group of a target literally instead of as a JSON path. */
  readonly takesGroupsLiterally?: boolean;
  /** The cluster that EKS returns; called for each request. */
  readonly cluster?: EksCluster;
  readonly log: LogSink;
  /** Additional services. */
  readonly services?: readonly AwsService[];
}

/** The embedded AWS: one endpoint for EventBridge → SQS → Lambda, DynamoDB, STS, EKS and additional services. */
export interface EmbeddedCloud {
  readonly url: string;
  readonly faults: Faults;
  readonly bus: EventBus;
  readonly queues: Queues;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  close(): Promise<void>;
}

/** Starts everything. Rejects with the error of `listen` if the port is in use. */
export async function startCloud(options: CloudOptions): Promise<EmbeddedCloud> {
  const { topology, log } = options;
  const faults = new Faults();
  const queues = new Queues(topology.queues);
  const eventBus = (name: string, rules: Topology['rules']) =>
    new EventBus({
      name,
      rules,
      queue: (name) => queues.get(name),
      faults,
      takesGroupsLiterally: options.takesGroupsLiterally ?? false,
      onDropped: (event, reason) => log({ functionName: 'events', text: dropped(event, reason) }),
    });
  const { custom = [], account: accountRules = [] } = Object.groupBy(topology.rules, (rule) =>
    rule.eventBus === 'default' ? 'account' : 'custom',
  );
  const bus = eventBus(topology.eventBus, custom);
  const defaultBus = eventBus('default', [...accountRules, ...scheduledRules(topology)]);
  const trail = new CloudTrail(topology.cloudTrail, (event) => defaultBus.publish(event));
  const functions = new Map<string, LambdaFunction>();
  let url = '';
  const services: AwsService[] = [
    ...(options.services ?? []).map((service) => trail.watch(service)),
    eventBridgeService([defaultBus, bus]),
    sqsService(queues, () => url),
    await dynamoDbService(topology.table),
    lambdaService(functions),
    eksService(options.cluster),
    stsService,
  ];
  const gateway = new Gateway({ port: options.port, faults, services: () => services });
  url = await gateway.listen();
  for (const lambda of createFunctions(options, url, faults)) functions.set(lambda.description.name, lambda);
  const mappings = createMappings(options, queues, functions);
  const stopSchedules = startSchedules(topology.schedules, {
    invoke: (name, event) => {
      const lambda = functions.get(name);
      if (lambda !== undefined) void invokeAsynchronously(lambda, event);
    },
    deliver: (_, event) => defaultBus.publish(event),
  });
  return {
    url,
    faults,
    bus,
    queues,
    functions,
    async close() {
      stopSchedules();
      trail.close();
      defaultBus.close();
      bus.close();
      const polling = mappings.map((mapping) => mapping.close());
      await Promise.all([...functions.values()].map((lambda) => lambda.close()));
      await Promise.all(polling);
      queues.close();
      await gateway.close();
    },
  };
}

/** A rule with a rate and a queue is a rule of the default bus for its own scheduled events. */
function scheduledRules({ schedules }: Topology): readonly RuleDescription[] {
  return schedules.flatMap((schedule) => {
    if ('function' in schedule) return [];
    const { name, target } = schedule;
    return {
      name,
      target,
      eventPattern: { source: ['aws.events'], resources: [arn('events', `rule/${name}`)] },
    };
  });
}

function createFunctions(options: CloudOptions, url: string, faults: Faults): readonly LambdaFunction[] {
  const { topology, handlers, variables, log } = options;
  return topology.functions.map((description) => {
    const handler = handlers[description.name];
    if (handler === undefined) throw new Error(`no handler given for function "${description.name}"`);
    return new LambdaFunction({
      description,
      handler,
      variables: { ...variablesOf(topology, description.name, url), ...variables },
      faults,
      log,
    });
  });
}

/** The configuration of a function in the deployment. */
function variablesOf(topology: Topology, name: string, url: string): Record<string, string> {
  const { queueUrls = {} } = topology.functions.find((lambda) => lambda.name === name) ?? {};
  const source = topology.mappings.find((mapping) => mapping.function === name)?.queue;
  const deadLetters = topology.queues.find((queue) => queue.name === source)?.redrive?.deadLetterQueue;
  return {
    TABLE_NAME: topology.table,
    ACCOUNT_ID: account,
    POWERTOOLS_SERVICE_NAME: 'eks-mesh-sync',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    AWS_ENDPOINT_URL: url,
    ...Object.fromEntries(
      Object.entries(queueUrls).map(([variable, queue]) => [variable, queueUrl(url, queue)]),
    ),
    ...(source !== undefined && { QUEUE_URL: queueUrl(url, source) }),
    ...(deadLetters !== undefined && { DEAD_LETTER_QUEUE_URL: queueUrl(url, deadLetters) }),
  };
}

function createMappings(
  { topology, log }: CloudOptions,
  queues: Queues,
  functions: ReadonlyMap<string, LambdaFunction>,
): readonly EventSourceMapping[] {
  return topology.mappings.map((description) => {
    const lambda = functions.get(description.function);
    if (lambda === undefined)
      throw new Error(
        `event source mapping of queue "${description.queue}": function "${description.function}" not found`,
      );
    refuseShortVisibility(queues.get(description.queue), lambda);
    return new EventSourceMapping({
      description,
      queue: queues.get(description.queue),
      function: lambda,
      onError: (error) =>
        log({ functionName: description.function, text: `event source mapping: ${String(error)}` }),
    });
  });
}

/** Checks like CreateEventSourceMapping: no message may become visible while the function may still run. */
function refuseShortVisibility({ settings }: FifoQueue, { description }: LambdaFunction): void {
  const { visibilityTimeoutSeconds: visibility } = settings;
  if (visibility >= description.timeoutSeconds) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${description.timeoutSeconds} seconds`,
  );
}

function dropped(event: BusEvent, reason: string): string {
  return `event ${event.id} (${event['detail-type']}) was dropped by rule ${reason}`;
}
