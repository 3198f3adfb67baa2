/** Says what is wrong with a value, by what was expected; undefined if nothing is. */
type Check = (value: string) => string | undefined;

/** What CloudWatch Logs accepts. */
const retentionDays = [
  ...[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ],
];
const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT', 'CRITICAL'];

const oneOf =
  (values: readonly (string | number)[]): Check =>
  (value) =>
    values.map(String).includes(value) ? undefined : `one of ${values.join(', ')}`;

const likeIfSet =
  (form: RegExp, expected: string): Check =>
  (value) =>
    value === '' || form.test(value) ? undefined : expected;

const trueOrFalse = oneOf(['true', 'false']);

/** Their members are checked where they are used. */
const elsewhere: Check = () => undefined;

/** Each parameter of serverless.yml. */
export const parameterChecks = {
  // The file is read and checked by readClusters.
  clusters: (value) => (value.trim() === '' ? 'the path of the clusters file' : undefined),
  logLevel: oneOf(logLevels),
  logRetentionDays: oneOf(retentionDays),
  tracing: trueOrFalse,
  deletionProtection: trueOrFalse,
  stateTable: likeIfSet(
    /^[A-Za-z0-9_.-]{3,255}$/,
    "the name of a DynamoDB table of the stack's account and Region, not its ARN",
  ),
  alarms: trueOrFalse,
  dashboard: trueOrFalse,
  alarmTopicArn: likeIfSet(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$/,
    'the ARN of an SNS topic, such as arn:aws:sns:us-west-2:123456789012:alarms',
  ),
  podConcurrency: (value) =>
    /^[0-9]{1,4}$/.test(value) && Number(value) >= 2 && Number(value) <= 1000
      ? undefined
      : 'a number from 2 to 1000, as Lambda accepts it',
  vpcSubnets: elsewhere,
  vpcSecurityGroups: elsewhere,
  reservedConcurrency: elsewhere,
} as const satisfies Readonly<Record<string, Check>>;

export type ParameterName = keyof typeof parameterChecks;

/** As texts, however they were written: a value of `--param` always is one. */
export type Parameters = Readonly<Record<ParameterName, string>>;

/**
 * Checks the parameters of a deployment, and those of its command line (`name=value`), of which an unknown one would do nothing.
 * Throws one error that names all that are wrong, and what was expected.
 */
export function checkParameters(
  values: Readonly<Record<string, unknown>>,
  { given, region }: { readonly given: readonly string[]; readonly region: string },
): Parameters {
  const names = Object.keys(parameterChecks) as ParameterName[];
  const texts = Object.fromEntries(
    names.map((name) => [name, textOf(values[name])]),
  ) as unknown as Parameters;
  const faults = [
    ...given.flatMap((text) => unknownIn(text, names)),
    ...names.flatMap((name) => faultOf(name, texts[name])),
    ...regionFaults(texts.alarmTopicArn, region),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return texts;
}

function textOf(value: unknown): string {
  return String(value ?? '');
}

function faultOf(name: ParameterName, value: string): readonly string[] {
  const expected = (parameterChecks[name] as Check)(value);
  return expected === undefined ? [] : [`${name} is ${JSON.stringify(value)}; expected ${expected}`];
}

function unknownIn(text: string, names: readonly string[]): readonly string[] {
  const [name = ''] = text.split('=');
  return names.includes(name)
    ? []
    : [`there is no parameter ${JSON.stringify(name)}; expected one of ${names.join(', ')}`];
}

/** A CloudWatch alarm notifies topics of its own Region only. */
function regionFaults(arn: string, region: string): readonly string[] {
  const [, , , ofTopic] = arn.split(':');
  return ofTopic === undefined || ofTopic === region
    ? []
    : [
        `alarmTopicArn is of Region ${JSON.stringify(ofTopic)}; expected a topic of the stack's Region ${region}`,
      ];
}
