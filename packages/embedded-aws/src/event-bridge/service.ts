import { arn } from '../account.ts';
import { type JsonInput, jsonService } from '../json-service.ts';
import { AwsError, type AwsService } from '../protocol.ts';
import type { RuleDescription } from '../topology.ts';
import type { EventBus } from './event-bus.ts';
import { busName, putEvents } from './put-events.ts';

/** EventBridge with the buses of an account: the default one and a custom one. */
export function eventBridgeService(buses: readonly EventBus[]): AwsService {
  const busOf = (name: unknown): EventBus => existing(buses, busName(name));
  const ruleOf = (input: JsonInput): RuleDescription => {
    const { rules } = busOf(input.EventBusName);
    const rule = rules.find(({ name }) => name === (input.Rule ?? input.Name));
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
      PutEvents: (input) =>
        putEvents(input, (name, event) => buses.find((bus) => bus.name === name)?.publish(event)),
      DescribeEventBus: (input) => describe(busOf(input.Name)),
      ListEventBuses: () => ({ EventBuses: buses.map(describe) }),
      ListRules: (input) => ({
        Rules: busOf(input.EventBusName)
          .rules.filter(({ name }) => name.startsWith(String(input.NamePrefix ?? '')))
          .map((rule) => ruleOutput(busName(input.EventBusName), rule)),
      }),
      DescribeRule: (input) => ruleOutput(busName(input.EventBusName), ruleOf(input)),
      ListTargetsByRule: (input) => ({ Targets: [targetOutput(ruleOf(input))] }),
    },
  });
}

function existing(buses: readonly EventBus[], name: string): EventBus {
  const bus = buses.find((each) => each.name === name);
  if (bus === undefined) throw notFound(`Event bus ${name} does not exist.`);
  return bus;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function describe({ name, createdAtMs }: EventBus): Record<string, unknown> {
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
    Arn: arn('events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`),
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
