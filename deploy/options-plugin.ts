import { reservedConcurrencyOf } from './options/reserved-concurrency.ts';
import { type Vpc, vpcAccess, vpcOf } from './options/vpc.ts';
import { managedPolicies } from './policies/managed-policies.ts';

interface FunctionOptions {
  readonly role: { readonly 'Fn::Sub': string };
  readonly events?: readonly { readonly sqs?: { readonly maximumConcurrency?: unknown } }[];
  reservedConcurrency?: number;
}

/** The parts of osls that this plugin uses. */
interface Serverless {
  readonly service: {
    readonly custom: {
      readonly options: {
        readonly vpcSubnets: unknown;
        readonly vpcSecurityGroups: unknown;
        readonly reservedConcurrency: unknown;
      };
    };
    readonly resources: { readonly Resources: Record<string, unknown> };
    readonly functions: Readonly<Record<string, FunctionOptions>>;
    readonly provider: { vpc?: Vpc };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface Role {
  readonly Properties: { ManagedPolicyArns?: readonly object[] };
}

/** An osls plugin for the deployment parameters that put the functions into a VPC and reserve concurrency for them. */
export default class OptionsPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(serverless: Serverless) {
    this.hooks = {
      'before:package:cleanup': () => {
        try {
          prepare(serverless.service);
        } catch (error) {
          throw new serverless.classes.Error(
            error instanceof Error ? error.message : String(error),
            'INVALID_PARAMETER',
          );
        }
      },
    };
  }
}

function prepare({ custom: { options }, provider, functions, resources }: Serverless['service']): void {
  const least = Object.fromEntries(
    Object.entries(functions).map(([name, { events = [] }]) => [name, invokedAtATime(events)]),
  );
  const reserved = reservedConcurrencyOf(textOf(options.reservedConcurrency), Object.keys(functions), least);
  for (const [name, concurrency] of reserved)
    if (functions[name] !== undefined) functions[name].reservedConcurrency = concurrency;
  const vpc = vpcOf(textOf(options.vpcSubnets), textOf(options.vpcSecurityGroups));
  if (vpc === undefined) return;
  provider.vpc = vpc;
  const made = managedPolicies('VpcAccess', 'Lets Lambda connect the functions to a VPC', vpcAccess());
  Object.assign(resources.Resources, made);
  for (const { role } of Object.values(functions))
    attach(resources.Resources[roleOf(role)] as Role, Object.keys(made));
}

function textOf(value: unknown): string {
  return String(value ?? '');
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
