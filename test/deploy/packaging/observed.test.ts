import { describe, expect, it } from 'vitest';
import { functions, queues, template } from './production-template.ts';

type Dimensions = Readonly<Record<string, string>>;
interface Read {
  readonly namespace: string;
  readonly dimensions: Dimensions;
}
interface Query {
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

const propertiesOf = (type: string) =>
  Object.values(template.Resources).flatMap((resource) =>
    (resource as { Type: string }).Type === type ? [(resource as { Properties: unknown }).Properties] : [],
  );

const readByAlarms = (): readonly Read[] =>
  propertiesOf('AWS::CloudWatch::Alarm')
    .flatMap((alarm) => (alarm as { Metrics: readonly Query[] }).Metrics)
    .flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
    .map(({ Namespace: namespace, Dimensions }) => ({
      namespace,
      dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
    }));

/** `[namespace, metric, name, value, …, {stat}]`; a search has no namespace. */
const readByDashboard = (): readonly Read[] =>
  propertiesOf('AWS::CloudWatch::Dashboard')
    .map((dashboard) => (dashboard as { DashboardBody: { 'Fn::Sub': string } }).DashboardBody['Fn::Sub'])
    .flatMap((body) => (JSON.parse(body) as { widgets: { properties: { metrics?: unknown[][] } }[] }).widgets)
    .flatMap(({ properties }) => properties.metrics ?? [])
    .flatMap(([namespace, , name, value]) =>
      typeof namespace === 'string' ? [{ namespace, dimensions: { [String(name)]: String(value) } }] : [],
    );

describe('the alarms and the dashboard', () => {
  it('read the metrics of queues and functions that the stack has, by their names', () => {
    const there = [
      ...[...queues().values()].map(({ Properties }) => ({ QueueName: Properties.QueueName })),
      ...functions().map(([, { Properties }]) => ({ FunctionName: Properties.FunctionName })),
    ];
    for (const [all, least] of [
      [readByAlarms(), 10],
      [readByDashboard(), 15],
    ] as const) {
      const ofAws = all.filter(({ namespace }) => namespace.startsWith('AWS/'));
      expect(ofAws.length).toBeGreaterThanOrEqual(least);
      for (const { dimensions } of ofAws) expect(there).toContainEqual(dimensions);
    }
  });

  it('read the metrics of the deployment that the functions write: by the name that Powertools gives them', () => {
    const services = new Set(
      functions().map(([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME),
    );
    expect(services.size).toBe(1);
    const own = [...readByAlarms(), ...readByDashboard()].filter(
      ({ namespace }) => namespace === 'eks-mesh-sync',
    );
    expect(new Set(own.map(({ dimensions }) => dimensions.service))).toEqual(services);
  });
});
