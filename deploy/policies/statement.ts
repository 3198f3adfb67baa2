/** A statement of an IAM policy in a template, and the common parts of the statements of several services. */
export type Value = string | { readonly 'Fn::Sub': string };
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly Value[] | '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly Value[]>>>>;
}

export const stackRegion = `\${AWS::Region}`;

export function assumeRoles(roles: readonly string[]): Statement[] {
  if (roles.length === 0) return [];
  return [{ Sid: 'AssumesTheRolesNamed', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: roles }];
}

export function inRegions(regions: readonly string[]): NonNullable<Statement['Condition']> {
  return { StringEquals: { 'aws:RequestedRegion': regions.map(regionValue) } };
}

function regionValue(region: string): Value {
  return region === stackRegion ? { 'Fn::Sub': region } : region;
}

export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
