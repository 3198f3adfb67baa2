import { arn } from '../account.ts';
import { type JsonInput, jsonService } from '../json-service.ts';
import { AwsError, type AwsService } from '../protocol.ts';
import type { RuleDescription, ScheduleDescription } from '../topology.ts';
import type { EventBus } from './event-bus.ts';
import { busName, putEvents } from './put-events.ts';
import type { Schedules } from './schedules.ts';

/** EventBridge with the buses of an account: the default one, which has the schedules, and a custom one. */
export function eventBridgeService(buses: readonly EventBus[], schedules: Schedules): AwsService {
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
  const rulesOf = (input: JsonInput): readonly { readonly Name: string }[] => {
    const bus = busName(input.EventBusName);
    const rules = busOf(input.EventBusName)
      .rules.filter(({ name }) => schedules.descriptions.every((schedule) => schedule.name !== name))
      .map((rule) => ruleOutput(bus, rule));
    const scheduled = bus === 'default' ? schedules.descriptions : [];
    return [...rules, ...scheduled.map((schedule) => scheduleOutput(schedule, schedules))];
  };
  const setEnabled = (input: JsonInput, isEnabled: boolean): undefined => {
    const name = String(input.Name);
    if (schedules.descriptions.every((schedule) => schedule.name !== name))
      throw notFound(`Schedule ${name} does not exist.`);
    schedules.setEnabled(name, isEnabled);
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
        Rules: rulesOf(input).filter(({ Name }) => Name.startsWith(String(input.NamePrefix ?? ''))),
      }),
      // Only schedules can be disabled.
      DisableRule: (input) => setEnabled(input, false),
      EnableRule: (input) => setEnabled(input, true),
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

function scheduleOutput({ name, everyMinutes }: ScheduleDescription, schedules: Schedules) {
  return {
    Name: name,
    Arn: arn('events', `rule/${name}`),
    ScheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
    State: schedules.isEnabled(name) ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
  };
}

function ruleOutput(bus: string, { name, eventPattern }: RuleDescription) {
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
