import { policySize } from './policy-size.ts';
import type { Statement, Value } from './statement.ts';

/** IAM's limit for a managed policy, in characters without white space. */
export const maxManagedPolicySize = 6144;

/** Of a statement that is too long for a policy with others: short enough that little room is left empty. */
const maxStatementSize = 2048;

const version = '2012-10-17';

export interface ManagedPolicy {
  readonly Type: 'AWS::IAM::ManagedPolicy';
  readonly Properties: {
    readonly Description: string;
    readonly PolicyDocument: { readonly Version: string; readonly Statement: readonly Statement[] };
  };
}

/**
 * The statements as managed policies by logical id: `<id>` and, as many as IAM's limit for one asks for, `<id>2`, `<id>3`, …
 * None where there is no statement, since IAM takes no empty policy.
 */
export function managedPolicies(
  id: string,
  description: string,
  statements: readonly Statement[],
): Record<string, ManagedPolicy> {
  const policies = packed(statements.flatMap(split)).map((Statement, index): [string, ManagedPolicy] => [
    index === 0 ? id : `${id}${index + 1}`,
    {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { Description: description, PolicyDocument: { Version: version, Statement } },
    },
  ]);
  return Object.fromEntries(policies);
}

/** Halves of halves, until each is short enough or can be divided no further. */
function split(statement: Statement): Statement[] {
  if (policySize(statement) <= maxStatementSize) return [statement];
  const list = maxList(statement);
  if (list === undefined) return [statement];
  const half = Math.ceil(list.values.length / 2);
  return [list.values.slice(0, half), list.values.slice(half)].flatMap((values) => split(list.with(values)));
}

interface List {
  readonly values: readonly Value[];
  readonly with: (values: readonly Value[]) => Statement;
}

/**
 * The longest of the lists by which a statement grows with the clusters: its resources, or the values of a condition.
 * Each allows what one of its members allows, so that two statements with half of them allow the same; but for a set
 * operator, for which all values of a request have to be in one half: those that are split hold one value a request.
 */
function maxList(statement: Statement): List | undefined {
  const resources: List[] =
    statement.Resource === '*'
      ? []
      : [{ values: statement.Resource, with: (Resource) => ({ ...statement, Resource }) }];
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]): List => {
      const withValues = (some: readonly Value[]) => ({
        ...statement,
        Condition: { ...statement.Condition, [operator]: { ...keys, [key]: some } },
      });
      return { values, with: withValues };
    }),
  );
  const lists = [...resources, ...conditions].filter(({ values }) => values.length > 1);
  return lists.toSorted((one, other) => policySize(other.values) - policySize(one.values))[0];
}

/** Each statement into the first policy that has room for it. */
function packed(statements: readonly Statement[]): Statement[][] {
  const documents: Statement[][] = [];
  for (const statement of statements) {
    const room = documents.find((known) => fits([...known, statement]));
    if (room === undefined) documents.push([statement]);
    else room.push(named(statement, room));
  }
  return documents;
}

function fits(statements: readonly Statement[]): boolean {
  return policySize({ Version: version, Statement: statements }) <= maxManagedPolicySize - sidReserve;
}

/** Characters that the numbers of Sids may add. */
const sidReserve = 64;

/** A Sid is there once in a policy. */
function named(statement: Statement, others: readonly Statement[]): Statement {
  const same = others.filter(({ Sid }) => Sid.replace(/\d+$/, '') === statement.Sid).length;
  return same === 0 ? statement : { ...statement, Sid: `${statement.Sid}${same + 1}` };
}
