import { beforeAll, expect, it } from 'vitest';
import { playground, withoutServiceEntries } from '../../../playground/topology.ts';
import { idOf, packageTemplate, type Reference, resourcesOf, type Template } from './template.ts';

/** The playground must match the deployment; any difference would be one between `npm start` and AWS. */
let template: Template;
beforeAll(() => {
  template = packageTemplate('local');
});

const queueName = (id: string): unknown => template.Resources[id]?.Properties['QueueName' as never];

it('the queues are those deployed', () => {
  const deployed = resourcesOf(template, 'AWS::SQS::Queue')
    .map(([, { Properties }]) => Properties)
    .filter(({ FifoQueue }) => FifoQueue);
  const settings = deployed.map((queue) => ({
    name: queue.QueueName,
    contentBasedDeduplication: queue.ContentBasedDeduplication,
    deduplicationScope: queue.DeduplicationScope,
    fifoThroughputLimit: queue.FifoThroughputLimit,
    ...(queue.RedrivePolicy && {
      // A dead-letter queue, which nobody polls, is deployed with the default.
      visibilityTimeoutSeconds: queue.VisibilityTimeout,
      redrive: {
        deadLetterQueue: queueName(idOf(queue.RedrivePolicy.deadLetterTargetArn)),
        maxReceiveCount: queue.RedrivePolicy.maxReceiveCount,
      },
    }),
  }));
  expect(byName(playground.queues.map(withoutDefault))).toEqual(byName(settings));
});

it('the rules are those deployed: pattern, input, message group', () => {
  const onBus = resourcesOf(template, 'AWS::Events::Rule').filter(
    ([, { Properties }]) => Properties.EventPattern,
  );
  const deployed = onBus.flatMap(([, { Properties }]) =>
    Properties.Targets.map((target) => ({
      eventPattern: Properties.EventPattern,
      isOfAccount: !('EventBusName' in Properties),
      target: queueTargetOf(target),
    })),
  );
  const rules = playground.rules.map(({ eventPattern, target, eventBus }) => ({
    eventPattern,
    isOfAccount: eventBus === 'default',
    target,
  }));
  expect(rules).toHaveLength(deployed.length);
  expect(rules).toEqual(expect.arrayContaining(deployed));
});

/** The embedded EventBridge delivers everything, so there is no queue of undelivered events. */
function withoutUndelivered({ UNDELIVERED_EVENTS_QUEUE_URL: _, ...urls }: Readonly<Record<string, unknown>>) {
  return urls;
}

it('the functions are those deployed: timeout, memory, queues to send to', () => {
  const deployed = resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) => ({
    name: shortName(Properties.FunctionName),
    timeoutSeconds: Properties.Timeout,
    memoryMegabytes: Properties.MemorySize,
    queueUrls: withoutUndelivered(urlsIn(Properties.Environment.Variables)),
  }));
  const functions = playground.functions.map(({ name, timeoutSeconds, memoryMegabytes, queueUrls = {} }) => ({
    name,
    timeoutSeconds,
    memoryMegabytes,
    queueUrls,
  }));
  expect(byName(functions)).toEqual(byName(deployed));
});

it('the mappings are those deployed: queue, function, batch size, partial responses', () => {
  const deployed = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => ({
    queue: queueName(idOf(Properties.EventSourceArn)),
    function: shortName(
      String(template.Resources[idOf(Properties.FunctionName)]?.Properties['FunctionName' as never]),
    ),
    batchSize: Properties.BatchSize,
    reportBatchItemFailures: (Properties.FunctionResponseTypes as string[]).includes(
      'ReportBatchItemFailures',
    ),
  }));
  const mappings = playground.mappings.map(({ maximumConcurrency: _, ...mapping }) => mapping);
  expect(mappings).toHaveLength(deployed.length);
  expect(mappings).toEqual(expect.arrayContaining(deployed));
});

it('the schedule of the sweep is the default one of a deployed cluster', () => {
  const deployed = resourcesOf(template, 'AWS::Events::Rule')
    .map(([, { Properties }]) => Properties)
    .find(({ Targets }) => Targets.some(({ Input }) => Input === JSON.stringify({ cluster: 'development' })));
  const [schedule, ...others] = playground.schedules.filter((each) => 'function' in each);
  expect(others).toEqual([]);
  expect(`rate(${schedule?.everyMinutes} minutes)`).toBe(deployed?.ScheduleExpression);
  expect(schedule?.input).toEqual({ cluster: 'local' });
  const target = template.Resources[idOf(deployed?.Targets[0]?.Arn)]?.Properties['FunctionName' as never];
  expect(schedule?.function).toBe(shortName(String(target)));
});

it('the schedule of ServiceEntries is the one of a deployed cluster, but for the name of the cluster', () => {
  const [deployed, ...others] = resourcesOf(template, 'AWS::Events::Rule')
    .map(([, { Properties }]) => Properties)
    .filter(({ Name }) => Name.includes('-service-entries-'));
  expect(others).toEqual([]);
  const [schedule] = playground.schedules.filter((each) => 'target' in each);
  expect(`rate(${schedule?.everyMinutes} minute)`).toBe(deployed?.ScheduleExpression);
  const local = JSON.parse(JSON.stringify(deployed?.Targets[0]).replaceAll('production', 'local'));
  expect(schedule?.target).toEqual(queueTargetOf(local));
});

it('where no cluster imports services, nothing is delivered to their queue and nobody polls it, as deployed; all else stays', () => {
  const { rules, mappings, schedules, ...rest } = withoutServiceEntries(playground);
  expect(JSON.stringify([rules, mappings, schedules])).not.toContain('service-entries');
  const { rules: allRules, mappings: allMappings, schedules: allSchedules, ...all } = playground;
  expect(rest).toEqual(all);
  expect([rules, mappings, schedules].map(({ length }) => length)).toEqual(
    [allRules, allMappings, allSchedules].map(({ length }) => length - 1),
  );
});

function withoutDefault({ visibilityTimeoutSeconds, ...queue }: (typeof playground.queues)[number]) {
  return queue.redrive === undefined ? queue : { visibilityTimeoutSeconds, ...queue };
}

function queueTargetOf({ Arn, InputTransformer, SqsParameters }: Target) {
  const { InputPathsMap, InputTemplate } = InputTransformer ?? {};
  return {
    queue: queueName(idOf(Arn)),
    ...(InputTransformer && {
      inputTransformer: { inputPathsMap: InputPathsMap, inputTemplate: InputTemplate },
    }),
    messageGroupId: SqsParameters?.MessageGroupId,
  };
}

interface Target {
  readonly Arn: Reference;
  readonly InputTransformer?: { readonly InputPathsMap?: object; readonly InputTemplate?: string };
  readonly SqsParameters?: { readonly MessageGroupId: string };
}

/** Of queues that a function sends to; those of its own queue come with the mapping. */
function urlsIn(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const urls = Object.entries(variables).filter(
    ([name]) => name.endsWith('_QUEUE_URL') && name !== 'DEAD_LETTER_QUEUE_URL',
  );
  return Object.fromEntries(urls.map(([name, value]) => [name, queueName((value as { Ref: string }).Ref)]));
}

function shortName(physicalName: string): string {
  return physicalName.replace('eks-mesh-sync-local-', '');
}

function byName<Named extends { readonly name: string }>(items: readonly Named[]): readonly Named[] {
  return [...items].sort((a, b) => a.name.localeCompare(b.name));
}
