import { account, arn } from './account.ts';
import { CloudTrail } from './cloud-trail.ts';
import type { StateChange } from './cloud-watch/alarms.ts';
import { CloudWatch } from './cloud-watch/cloud-watch.ts';
import { queueMetrics } from './cloud-watch/queue-metrics.ts';
import { cloudWatchService } from './cloud-watch/service.ts';
import { LogGroups } from './cloud-watch-logs/log-groups.ts';
import { cloudWatchLogsService } from './cloud-watch-logs/service.ts';
import { dynamoDbService } from './dynamodb/service.ts';
import { type EksCluster, eksService } from './eks.ts';
import { embeddedService } from './embedded-service.ts';
import { EventBus } from './event-bridge/event-bus.ts';
import type { BusEvent } from './event-bridge/put-events.ts';
import { Schedules } from './event-bridge/schedules.ts';
import { eventBridgeService } from './event-bridge/service.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { invokeAsynchronously } from './lambda/asynchronous.ts';
import { EventSourceMapping } from './lambda/event-source-mapping.ts';
import { LambdaFunction } from './lambda/lambda-function.ts';
import type { LogSink } from './lambda/log.ts';
import { mappingService } from './lambda/mapping-service.ts';
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
  /** Called when an alarm changes its state. */
  readonly onAlarm?: ((change: StateChange) => void) | undefined;
}

/** The embedded AWS: one endpoint for EventBridge → SQS → Lambda, DynamoDB, STS, EKS and additional services. */
export interface EmbeddedCloud {
  readonly url: string;
  readonly faults: Faults;
  readonly bus: EventBus;
  readonly queues: Queues;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly cloudWatch: CloudWatch;
  readonly logGroups: LogGroups;
  close(): Promise<void>;
}

/** Starts everything. Rejects with the error of `listen` if the port is in use. */
export async function startCloud(options: CloudOptions): Promise<EmbeddedCloud> {
  const { topology } = options;
  const faults = new Faults();
  const queues = new Queues(topology.queues);
  const cloudWatch = new CloudWatch({
    description: topology.cloudWatch,
    sample: (atMs) => queues.all().flatMap((queue) => queueMetrics(queue, atMs)),
    onChange: (change) => options.onAlarm?.(change),
  });
  const logGroups = new LogGroups(topology.functions.map(({ name }) => `/aws/lambda/${name}`));
  const log: LogSink = (line) => {
    cloudWatch.noteLog(line.text);
    logGroups.add(`/aws/lambda/${line.functionName}`, line.text);
    options.log(line);
  };
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
  const schedules = new Schedules(topology.schedules);
  let url = '';
  let mappings: readonly EventSourceMapping[] = [];
  const services: AwsService[] = [
    ...(options.services ?? []).map((service) => trail.watch(service)),
    eventBridgeService([defaultBus, bus], schedules),
    sqsService(queues, () => url),
    await dynamoDbService(topology.table),
    lambdaService(functions),
    mappingService(() => mappings),
    eksService(options.cluster),
    stsService,
    cloudWatchService(cloudWatch),
    cloudWatchLogsService(logGroups),
    embeddedService(faults),
  ];
  const gateway = new Gateway({ port: options.port, faults, services: () => services });
  url = await gateway.listen();
  for (const lambda of createFunctions({ ...options, log }, { url, faults, cloudWatch }))
    functions.set(lambda.description.name, lambda);
  mappings = createMappings({ ...options, log }, queues, functions);
  schedules.start({
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
    cloudWatch,
    logGroups,
    async close() {
      schedules.stop();
      cloudWatch.close();
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

function createFunctions(
  options: CloudOptions,
  { url, faults, cloudWatch }: { readonly url: string } & Pick<EmbeddedCloud, 'faults' | 'cloudWatch'>,
): readonly LambdaFunction[] {
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
      onInvocation: (note) => cloudWatch.noteInvocation(note),
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
