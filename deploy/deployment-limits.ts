import { maxManagedPolicySize } from './policies/managed-policies.ts';
import { policySize } from './policies/policy-size.ts';

/** The parts of a template to which limits apply. */
export interface LimitedTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

interface Role {
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly Policies?: readonly { readonly PolicyDocument: unknown }[];
  readonly AssumeRolePolicyDocument?: unknown;
}

/**
 * AWS's default limits that a deployment can reach as the number of clusters grows.
 * IAM: "IAM and AWS STS quotas"; CloudFormation: "Understand CloudFormation quotas"; EventBridge: "EventBridge quotas".
 */
export const limits = {
  managedPolicySize: maxManagedPolicySize,
  managedPoliciesOfRole: 10,
  inlinePoliciesOfRoleSize: 10_240,
  trustPolicySize: 2048,
  rulesOfBus: 300,
  targetsOfRule: 5,
  resources: 500,
  outputs: 200,
  parameters: 200,
  templateBytes: 1_000_000,
} as const;

/** The limits that a template exceeds, each with the actual and the maximum value; empty if it can be deployed. */
export function limitFaults(template: LimitedTemplate): string[] {
  const { Resources, Outputs = {}, Parameters = {} } = template;
  return [
    over('resources of the stack', Object.keys(Resources).length, limits.resources),
    over('outputs of the stack', Object.keys(Outputs).length, limits.outputs),
    over('parameters of the stack', Object.keys(Parameters).length, limits.parameters),
    over("bytes of the stack's template", Buffer.byteLength(JSON.stringify(template)), limits.templateBytes),
    ...ofType<{ PolicyDocument: unknown }>(template, 'AWS::IAM::ManagedPolicy').map(
      ([id, { PolicyDocument }]) =>
        over(`characters of the policy ${id}`, policySize(PolicyDocument), limits.managedPolicySize),
    ),
    ...ofType<Role>(template, 'AWS::IAM::Role').flatMap(roleFaults),
    ...ruleFaults(template),
  ].flat();
}

function roleFaults([id, role]: readonly [string, Role]): string[] {
  const { ManagedPolicyArns = [], Policies = [], AssumeRolePolicyDocument = '' } = role;
  const inline = Policies.reduce((sum, { PolicyDocument }) => sum + policySize(PolicyDocument), 0);
  return [
    over(`managed policies of the role ${id}`, ManagedPolicyArns.length, limits.managedPoliciesOfRole),
    over(`characters of the inline policies of the role ${id}`, inline, limits.inlinePoliciesOfRoleSize),
    over(
      `characters of the trust policy of the role ${id}`,
      policySize(AssumeRolePolicyDocument),
      limits.trustPolicySize,
    ),
  ].flat();
}

/** Schedules are rules of the default bus, which the whole account shares. */
function ruleFaults(template: LimitedTemplate): string[] {
  const rules = ofType<{ EventBusName?: unknown; Targets: readonly unknown[] }>(
    template,
    'AWS::Events::Rule',
  );
  const buses = Map.groupBy(rules, ([, { EventBusName }]) =>
    EventBusName === undefined ? 'the default event bus' : 'the event bus of the stack',
  );
  return [
    ...[...buses].map(([bus, { length }]) => over(`rules of ${bus}`, length, limits.rulesOfBus)),
    ...rules.map(([id, { Targets }]) =>
      over(`targets of the rule ${id}`, Targets.length, limits.targetsOfRule),
    ),
  ].flat();
}

function ofType<Properties>({ Resources }: LimitedTemplate, type: string): [string, Properties][] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
    Type === type ? [[id, Properties as Properties]] : [],
  );
}

function over(what: string, actual: number, limit: number): string[] {
  return actual <= limit ? [] : [`${what}: ${actual}, and AWS allows ${limit}`];
}
