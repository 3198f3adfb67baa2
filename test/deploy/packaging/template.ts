import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The parts of CloudFormation that the tests read. */
export type Reference = string | { readonly 'Fn::GetAtt'?: readonly string[]; readonly 'Fn::Sub'?: string };

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Reference | readonly Reference[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

export interface PropertiesOf {
  'AWS::DynamoDB::Table': Readonly<Record<string, unknown>>;
  'AWS::Events::Rule': {
    readonly Name: string;
    readonly EventPattern?: { readonly source: unknown[]; readonly 'detail-type': string[] };
    readonly ScheduleExpression?: string;
    readonly Targets: readonly Readonly<Record<string, unknown> & { Arn: Reference }>[];
  };
  'AWS::IAM::ManagedPolicy': Policy;
  'AWS::IAM::Role': {
    readonly AssumeRolePolicyDocument: unknown;
    readonly Policies?: readonly Policy[];
    readonly ManagedPolicyArns?: readonly { readonly Ref: string }[];
  };
  'AWS::KMS::Key': {
    readonly EnableKeyRotation: boolean;
    readonly KeyPolicy: { readonly Statement: readonly Statement[] };
  };
  'AWS::Lambda::EventInvokeConfig': Readonly<Record<string, unknown>>;
  'AWS::Lambda::EventSourceMapping': Readonly<Record<string, unknown>> & {
    readonly EventSourceArn: Reference;
    readonly FunctionName: Reference;
  };
  'AWS::Lambda::Permission': Readonly<Record<string, unknown>> & { readonly FunctionName: Reference };
  'AWS::Lambda::Function': Readonly<Record<string, unknown>> & {
    readonly FunctionName: string;
    readonly Role: { readonly 'Fn::Sub': string };
    readonly Timeout: number;
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
  'AWS::Logs::LogGroup': { readonly LogGroupName: string; readonly RetentionInDays?: number };
  'AWS::SQS::Queue': {
    readonly QueueName: string;
    readonly FifoQueue?: boolean;
    readonly ContentBasedDeduplication?: boolean;
    readonly DeduplicationScope?: string;
    readonly FifoThroughputLimit?: string;
    readonly VisibilityTimeout?: number;
    readonly MessageRetentionPeriod?: number;
    readonly KmsMasterKeyId?: Reference;
    readonly RedrivePolicy?: { readonly deadLetterTargetArn: Reference; readonly maxReceiveCount: number };
    readonly RedriveAllowPolicy?: unknown;
  };
  'AWS::SQS::QueuePolicy': Policy & { readonly Queues: readonly { readonly Ref: string }[] };
}

interface Resource<Type extends keyof PropertiesOf> {
  readonly Type: Type;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: PropertiesOf[Type];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource<keyof PropertiesOf>>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

/** Packages the project for the clusters of a file, and answers the template. Takes some seconds. */
export function packageTemplate(
  stage: string,
  clusters = 'clusters.example.yml',
  ...params: readonly string[]
): Template {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const osls = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
    const parameters = [`clusters=${clusters}`, ...params].flatMap((param) => ['--param', param]);
    const options = ['--stage', stage, ...parameters, '--package', folder];
    execFileSync(process.execPath, [osls, 'package', ...options], { stdio: 'pipe' });
    return JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
  } catch (error) {
    // What is at fault is not in the error's own message.
    throw new Error(`sls package: ${Object(error).stdout}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The resources of one type, by logical id. */
export function resourcesOf<Type extends keyof PropertiesOf>(
  template: Template,
  type: Type,
): [string, Resource<Type>][] {
  const isOfType = (entry: [string, Resource<keyof PropertiesOf>]): entry is [string, Resource<Type>] =>
    entry[1].Type === type;
  return Object.entries(template.Resources).filter(isOfType);
}

/** The logical id that `!GetAtt ID.Arn` refers to, or an empty text. */
export function idOf(reference: Reference | undefined): string {
  return (typeof reference === 'object' && reference['Fn::GetAtt']?.[0]) || '';
}
