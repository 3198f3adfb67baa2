export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: Statement['Resource'],
  condition?: Condition,
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(condition && { Condition: condition }) };
}
