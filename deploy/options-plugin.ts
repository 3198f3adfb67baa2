import { checkParameters, type Parameters } from './options/parameters.ts';
import { reservedConcurrencyOf } from './options/reserved-concurrency.ts';
import { type Vpc, vpcAccess, vpcOf } from './options/vpc.ts';
import { managedPolicies } from './policies/managed-policies.ts';

interface FunctionOptions {
  readonly role: { readonly 'Fn::Sub': string };
  readonly events?: readonly { readonly sqs?: { maximumConcurrency?: unknown } }[];
  reservedConcurrency?: number;
}

/** The parts of osls that this plugin uses. */
interface Serverless {
  readonly service: {
    /** As texts after the hook `initialize`. */
    readonly custom: { parameters: Parameters };
    readonly resources: { readonly Resources: Record<string, unknown> };
    readonly functions: Readonly<Record<string, FunctionOptions>>;
    readonly provider: {
      readonly region: string;
      vpc?: Vpc;
      logRetentionInDays?: number;
      tracing?: { readonly lambda: boolean };
    };
  };
  readonly processedInput: { readonly options: { readonly param?: readonly string[] } };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface Role {
  readonly Properties: { ManagedPolicyArns?: readonly object[] };
}

/**
 * An osls plugin for the deployment parameters. It checks all of them and sets those whose wrong values osls would refuse without
 * naming the parameter; and puts the functions into a VPC and reserves concurrency for them.
 */
export default class OptionsPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(serverless: Serverless) {
    this.hooks = {
      initialize: () => asUserError(serverless, () => applyParameters(serverless)),
      'before:package:cleanup': () => asUserError(serverless, () => prepare(serverless.service)),
    };
  }
}

/** osls shows an error of its own class as a user error, without a stack trace. */
function asUserError<T>({ classes }: Serverless, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new classes.Error(error instanceof Error ? error.message : String(error), 'INVALID_PARAMETER');
  }
}

function applyParameters({ service, processedInput }: Serverless): void {
  const { custom, provider, functions } = service;
  const { region } = provider;
  const parameters = checkParameters(custom.parameters, {
    ...{ given: processedInput.options.param ?? [], region },
  });
  custom.parameters = parameters;
  provider.logRetentionInDays = Number(parameters.logRetentionDays);
  provider.tracing = { lambda: parameters.tracing === 'true' };
  for (const { sqs } of functions['sync-pods']?.events ?? [])
    if (sqs) sqs.maximumConcurrency = Number(parameters.podConcurrency);
}

function prepare({ custom: { parameters }, provider, functions, resources }: Serverless['service']): void {
  const least = Object.fromEntries(
    Object.entries(functions).map(([name, { events = [] }]) => [name, invokedAtATime(events)]),
  );
  const reserved = reservedConcurrencyOf(parameters.reservedConcurrency, Object.keys(functions), least);
  for (const [name, concurrency] of reserved)
    if (functions[name] !== undefined) functions[name].reservedConcurrency = concurrency;
  const vpc = vpcOf(parameters.vpcSubnets, parameters.vpcSecurityGroups);
  if (vpc === undefined) return;
  provider.vpc = vpc;
  const made = managedPolicies('VpcAccess', 'Lets Lambda connect the functions to a VPC', vpcAccess());
  Object.assign(resources.Resources, made);
  for (const { role } of Object.values(functions))
    attach(resources.Resources[roleOf(role)] as Role, Object.keys(made));
}

function invokedAtATime(events: FunctionOptions['events'] & object): number | undefined {
  const numbers = events.flatMap(({ sqs }) => Number(sqs?.maximumConcurrency) || []);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function roleOf({ 'Fn::Sub': text }: FunctionOptions['role']): string {
  return text.slice(2, -'.Arn}'.length);
}

function attach({ Properties }: Role, ids: readonly string[]): void {
  Properties.ManagedPolicyArns = [...(Properties.ManagedPolicyArns ?? []), ...ids.map((Ref) => ({ Ref }))];
}
