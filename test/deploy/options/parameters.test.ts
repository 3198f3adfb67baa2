import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkParameters, type ParameterName, parameterChecks } from '../../../deploy/options/parameters.ts';
import OptionsPlugin from '../../../deploy/options-plugin.ts';

const source = readFileSync('serverless.yml', 'utf8').replaceAll(/!(Sub|Ref|GetAtt)/g, '');
const { params, custom, provider } = parse(source, { merge: true });
const defaults: Readonly<Record<string, unknown>> = params.default;

/** A wrong value of each, and what is said about it. */
const wrong: Readonly<Record<ParameterName, readonly [value: string, text: string]>> = {
  clusters: [' ', 'clusters is " "; expected the path of the clusters file'],
  logLevel: ['info', 'logLevel is "info"; expected one of TRACE, DEBUG, INFO'],
  logRetentionDays: ['31', 'logRetentionDays is "31"; expected one of 1, 3, 5'],
  tracing: ['yes', 'tracing is "yes"; expected one of true, false'],
  deletionProtection: ['1', 'deletionProtection is "1"; expected one of true, false'],
  stateTable: ['arn:aws:dynamodb:us-west-2:1:table/t', 'expected the name of a DynamoDB table'],
  alarms: ['nope', 'alarms is "nope"; expected one of true, false'],
  dashboard: ['', 'dashboard is ""; expected one of true, false'],
  alarmTopicArn: ['alarms', 'alarmTopicArn is "alarms"; expected the ARN of an SNS topic'],
  podConcurrency: ['1', 'podConcurrency is "1"; expected a number from 2 to 1000'],
  vpcSubnets: ['vpc-12345678', 'vpcSubnets has "vpc-12345678"; expected names such as subnet-'],
  vpcSecurityGroups: ['default', 'vpcSecurityGroups has "default"; expected names such as sg-'],
  reservedConcurrency: [
    'sync-pods',
    'reservedConcurrency has "sync-pods"; expected names such as sync-pods=20',
  ],
};

/** As osls runs the plugin with parameters that it has resolved. */
function packaged(parameters: Readonly<Record<string, unknown>>, given: readonly string[] = []) {
  const sqs: Record<string, unknown> = {};
  const service = {
    custom: { parameters: { ...defaults, ...parameters } },
    ...{ resources: { Resources: {} }, functions: { 'sync-pods': { role: {}, events: [{ sqs }] } } },
    provider: { region: 'us-west-2' },
  };
  const serverless = { service, processedInput: { options: { param: given } }, classes: { Error } };
  const { hooks } = new OptionsPlugin(serverless as never);
  for (const hook of ['initialize', 'before:package:cleanup']) hooks[hook]?.();
  return { provider: service.provider, sqs };
}

describe('the parameters of serverless.yml', () => {
  it('are all checked, and all handed over to be checked', () => {
    const names = Object.keys(parameterChecks).sort();
    for (const stage of Object.values(params))
      expect(names).toEqual(expect.arrayContaining(Object.keys(stage as object)));
    expect(Object.keys(defaults).sort()).toEqual(names);
    expect(custom.parameters).toEqual(Object.fromEntries(names.map((name) => [name, `\${param:${name}}`])));
  });

  it('are right by default, in each stage that has its own', () => {
    for (const stage of Object.values(params))
      expect(() => packaged(stage as Record<string, unknown>)).not.toThrow();
  });

  it.each(Object.entries(wrong))(
    'a wrong %s stops the packaging with its name and what was expected',
    (name, [value, text]) => {
      expect(() => packaged({ [name]: value })).toThrow(text);
      expect(() => packaged({ [name]: value })).toThrow(name);
    },
  );

  it('are all named in one error if several are wrong', () => {
    const texts = [/logLevel is "x".*\nalarms is "y"/];
    for (const text of texts) expect(() => packaged({ logLevel: 'x', alarms: 'y' })).toThrow(text);
  });

  it('an unknown one of the command line is refused: it would do nothing', () => {
    expect(() => packaged({}, ['logLvl=DEBUG'])).toThrow(
      /no parameter "logLvl"; expected one of clusters, logLevel/,
    );
    expect(() => packaged({}, ['logLevel=DEBUG', 'stateTable=a=b'])).not.toThrow();
  });

  it('a topic of another Region is refused, which no alarm could notify', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
    expect(() => packaged({ alarmTopicArn })).toThrow(
      'is of Region "eu-west-1"; expected a topic of the stack\'s Region us-west-2',
    );
    const check = { given: [], region: 'eu-west-1' };
    expect(checkParameters({ ...defaults, alarmTopicArn }, check)).toMatchObject({
      alarmTopicArn,
      tracing: 'false',
    });
  });

  it('reach osls as what it expects, however they are written', () => {
    expect(provider).not.toHaveProperty('tracing');
    const { provider: set, sqs } = packaged({ tracing: 'true', logRetentionDays: '90', podConcurrency: 20 });
    expect(set).toMatchObject({ tracing: { lambda: true }, logRetentionInDays: 90 });
    expect(sqs).toEqual({ maximumConcurrency: 20 });
    expect(packaged({ tracing: false }).provider).toMatchObject({ tracing: { lambda: false } });
  });
});
