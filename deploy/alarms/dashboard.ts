import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { metricNamespace } from '../../shared/model/metrics.ts';
import { alarmName } from './alarm-resources.ts';
import { alarmsOf } from './alarms.ts';
import { type Widget, widgetsOf } from './widgets.ts';

/** The dashboard of a stack as a CloudFormation resource; its widgets are in the order in which an incident asks for them. */
export function dashboardResources(
  clusters: ClustersFile,
  prefix: string,
  { hasAlarms }: { readonly hasAlarms: boolean },
): Readonly<Record<string, object>> {
  const alarms = alarmsOf(clusters, prefix).map(
    (alarm) =>
      `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${alarmName(alarm, prefix)}`,
  );
  const body = {
    widgets: [
      ...(hasAlarms ? [alarmWidget(alarms)] : []),
      ...widgetsOf(prefix).map((widget, index) => graph(widget, index)),
    ],
  };
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardName: prefix, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
    },
  };
}

function alarmWidget(alarms: readonly string[]): object {
  return {
    ...{ type: 'alarm', x: 0, y: 0, width: 24, height: 4 },
    // A widget shows at most 100.
    properties: { title: 'What is wrong now?', alarms: alarms.slice(-100) },
  };
}

function graph({ question, metrics, searches = [], unit }: Widget, index: number): object {
  return {
    type: 'metric',
    ...{ x: (index % 2) * 12, y: 4 + Math.floor(index / 2) * 6, width: 12, height: 6 },
    properties: {
      title: question,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation replaces it.
      region: '${AWS::Region}',
      view: 'timeSeries',
      period: 300,
      yAxis: { left: { min: 0, label: unit, showUnits: false } },
      metrics: [
        ...metrics.map(({ namespace, metric, dimensions, statistic }) => [
          namespace,
          metric,
          ...Object.entries(dimensions).flat(),
          { stat: statistic },
        ]),
        ...searches.map(({ dimension, metric, service }, number) => [
          {
            expression: `SEARCH('{${metricNamespace},service,${dimension}} MetricName="${metric}" service="${service}"', 'Sum', 300)`,
            id: `search${number + 1}`,
          },
        ]),
      ],
    },
  };
}
