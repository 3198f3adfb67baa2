import { account, arn, region } from '../account.ts';
import { type JsonInput, jsonService } from '../json-service.ts';
import { AwsError, type AwsService } from '../protocol.ts';
import type { RuleDescription } from '../topology.ts';
import type { EventBus } from './event-bus.ts';
import { busName, putEvents } from './put-events.ts';

/** EventBridge with one custom bus, and a default bus without rules, because every account has one. */
export function eventBridgeService(bus: EventBus): AwsService {
  const names = ['default', bus.name];
  const rulesOf = (name: unknown): readonly RuleDescription[] =>
    existing(names, busName(name)) === bus.name ? bus.rules : [];
  const ruleOf = (input: JsonInput): RuleDescription => {
    const rule = rulesOf(input.EventBusName).find(({ name }) => name === (input.Rule ?? input.Name));
    if (rule === undefined)
      throw notFound(
        `Rule ${String(input.Rule ?? input.Name)} does not exist on EventBus ${busName(input.EventBusName)}.`,
      );
    return rule;
  };
  return jsonService({
    name: 'events',
    targetPrefix: 'AWSEvents',
    jsonVersion: '1.1',
    operations: {
      // An event for a missing bus is accepted and lost, as on AWS.
      PutEvents: (input) => putEvents(input, (name, event) => name === bus.name && bus.publish(event)),
      DescribeEventBus: (input) => describe(existing(names, busName(input.Name)), bus),
      ListEventBuses: () => ({ EventBuses: names.map((name) => describe(name, bus)) }),
      ListRules: (input) => ({
        Rules: rulesOf(input.EventBusName)
          .filter(({ name }) => name.startsWith(String(input.NamePrefix ?? '')))
          .map((rule) => ruleOutput(bus.name, rule)),
      }),
      DescribeRule: (input) => ruleOutput(bus.name, ruleOf(input)),
      ListTargetsByRule: (input) => ({ Targets: [targetOutput(ruleOf(input))] }),
    },
  });
}

function existing(names: readonly string[], name: string): string {
  if (!names.includes(name)) throw notFound(`Event bus ${name} does not exist.`);
  return name;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function describe(name: string, { createdAtMs }: EventBus): Record<string, unknown> {
  const seconds = createdAtMs / 1000;
  return {
    Name: name,
    Arn: arn('events', `event-bus/${name}`),
    CreationTime: seconds,
    LastModifiedTime: seconds,
  };
}

function ruleOutput(bus: string, { name, eventPattern }: RuleDescription): Record<string, unknown> {
  return {
    Name: name,
    Arn: `arn:aws:events:${region}:${account}:rule/${bus}/${name}`,
    EventPattern: JSON.stringify(eventPattern),
    State: 'ENABLED',
    EventBusName: bus,
  };
}

function targetOutput({ target, name }: RuleDescription): Record<string, unknown> {
  return {
    Id: name,
    Arn: arn('sqs', target.queue),
    ...(target.inputTransformer && {
      InputTransformer: {
        InputPathsMap: target.inputTransformer.inputPathsMap,
        InputTemplate: target.inputTransformer.inputTemplate,
      },
    }),
    SqsParameters: { MessageGroupId: target.messageGroupId },
  };
}
