import { readFileSync } from 'node:fs';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { alarmName } from '../../../deploy/alarms/alarm-resources.ts';
import { alarmsOf } from '../../../deploy/alarms/alarms.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { metricNamespace, metricUnits } from '../../../shared/model/metrics.ts';

type Check = (fact: string, actual: unknown, expected: unknown) => void;

/** A metric as an alarm or the dashboard reads it: `AWS/SQS ApproximateAgeOfOldestMessage QueueName=…`. */
interface Read {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface AlarmResource {
  readonly Properties: {
    readonly AlarmName: string;
    readonly Metrics: readonly {
      readonly MetricStat?: {
        readonly Metric: {
          readonly Namespace: string;
          readonly MetricName: string;
          readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
        };
      };
    }[];
  };
}

interface WidgetProperties {
  readonly title: string;
  readonly region?: string;
  readonly alarms?: readonly string[];
  readonly metrics?: readonly (readonly (string | { readonly expression?: string })[])[];
}

/**
 * Checks the alarms and the dashboard of a deployment: each is there, and reads only metrics of queues, functions and clusters that
 * are there. Two stand-ins for AWS fall short: moto's CloudFormation creates no alarms, so those of the deployed template are checked;
 * ministack's refuses metric math, so a deployment there has `alarms=false`.
 */
export async function checkAlarms(prefix: string, check: Check): Promise<void> {
  const clusters = clustersFile.parse(JSON.parse(readFileSync('clusters.json', 'utf8')));
  const expected = alarmsOf(clusters, prefix).map((alarm) => alarmName(alarm, prefix));
  const alarms = await alarmsInTemplate(prefix);
  if (alarms.length === 0) console.log('skip alarms: the stack is deployed without them');
  else check('the template has each alarm', namesOf(alarms), expected.toSorted());
  const { MetricAlarms = [] } = await new CloudWatchClient().send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: prefix }),
  );
  if (alarms.length > 0 && MetricAlarms.length === 0)
    console.log('skip alarms in CloudWatch: this CloudFormation creates none');
  else if (alarms.length > 0)
    check('each alarm is there', MetricAlarms.map(({ AlarmName }) => AlarmName).sort(), expected.toSorted());

  const widgets = await widgetsOf(prefix);
  const shown = widgets.flatMap(({ alarms: arns = [] }) => arns.map((arn) => arn.split(':alarm:')[1]));
  check('the dashboard shows each alarm', shown, alarms.length === 0 ? [] : expected);
  const regions = new Set(widgets.flatMap(({ region = [] }) => region));
  check('its graphs are of the Region', [...regions], [process.env.AWS_REGION]);
  const graphs = widgets.flatMap(({ metrics = [] }) => metrics);
  const names = { ...(await deployedNames(prefix)), cluster: clusters.clusters.map(({ name }) => name) };
  const reads = [...alarms.flatMap(readsOfAlarm), ...graphs.flatMap(readsOfGraph)];
  check('alarms and dashboard read metrics', reads.length > 20, true);
  check(
    'each is of something that is there',
    reads.filter((read) => !isThere(read, names)),
    [],
  );
  const searches = graphs.flatMap((line) =>
    line.flatMap((part) => (typeof part === 'string' ? [] : (part.expression ?? []))),
  );
  const ofOthers = searches.filter((expression) => !expression.includes(` service="${prefix}"`));
  check('the dashboard searches metrics of the deployment', [searches.length, ofOthers], [3, []]);
}

async function alarmsInTemplate(StackName: string): Promise<readonly AlarmResource[]> {
  const { TemplateBody = '{}' } = await new CloudFormationClient().send(
    new GetTemplateCommand({ StackName }),
  );
  const { Resources } = JSON.parse(TemplateBody) as { Resources: Record<string, { Type: string }> };
  const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  return alarms as unknown as readonly AlarmResource[];
}

function namesOf(alarms: readonly AlarmResource[]): readonly string[] {
  return alarms.map(({ Properties }) => Properties.AlarmName).sort();
}

async function widgetsOf(DashboardName: string): Promise<readonly WidgetProperties[]> {
  const { DashboardBody = '{}' } = await new CloudWatchClient().send(
    new GetDashboardCommand({ DashboardName }),
  );
  const { widgets } = JSON.parse(DashboardBody) as { widgets: { properties: WidgetProperties }[] };
  return widgets.map(({ properties }) => properties);
}

/** The values that a dimension may have, by its name. */
async function deployedNames(prefix: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const { QueueUrls = [] } = await new SQSClient().send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand({}));
  const services = Functions.flatMap(
    ({ Environment }) => Environment?.Variables?.POWERTOOLS_SERVICE_NAME ?? [],
  );
  return {
    QueueName: QueueUrls.map((url) => url.split('/').at(-1) ?? ''),
    FunctionName: Functions.map(({ FunctionName = '' }) => FunctionName),
    service: services.filter((name) => name === prefix),
  };
}

function readsOfAlarm({ Properties }: AlarmResource): readonly Read[] {
  return Properties.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []).map(
    ({ Namespace, MetricName, Dimensions }) => ({
      ...{ namespace: Namespace, metric: MetricName },
      dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
    }),
  );
}

/** `[namespace, metric, name, value, …, options]`; a search has options only. */
function readsOfGraph(line: readonly unknown[]): readonly Read[] {
  const [namespace, metric, ...rest] = line.filter((part) => typeof part === 'string');
  if (namespace === undefined || metric === undefined) return [];
  const pairs = rest.flatMap((name, index) => (index % 2 === 0 ? [[name, rest[index + 1] ?? '']] : []));
  return [{ namespace, metric, dimensions: Object.fromEntries(pairs) }];
}

function isThere(
  { namespace, metric, dimensions }: Read,
  names: Readonly<Record<string, readonly string[]>>,
): boolean {
  const isOwn = namespace === metricNamespace;
  if (isOwn && !(metric in metricUnits && 'service' in dimensions)) return false;
  const entries = Object.entries(dimensions);
  return entries.length > 0 && entries.every(([name, value]) => names[name]?.includes(value));
}
