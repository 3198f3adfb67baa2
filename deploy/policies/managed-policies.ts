import { policySize } from './policy-size.ts';
import type { Statement, Value } from './statement.ts';

/** IAM's limit for a managed policy, in characters without white space. */
export const maxManagedPolicySize = 6144;

/** Target length of the parts of a long statement: short enough to leave little unused space in a policy. */
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
 * The statements as managed policies by logical id: `<id>` and, as many as IAM's limit per policy requires, `<id>2`,
 * `<id>3`, … None without statements, since IAM does not accept an empty policy.
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

/** Splits a statement in halves until each is short enough or cannot be split further. */
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
 * The longest of the lists that grow with the clusters: the resources, or the values of a condition. A list allows what
 * any member allows, so two statements with half of it each allow the same. With a set operator all values of a request
 * must be in one half: the ones split here have one value per request.
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

/** Puts each statement into the first policy with enough space. */
function packed(statements: readonly Statement[]): Statement[][] {
  const documents: Statement[][] = [];
  for (const statement of statements) {
    const fitting = documents.find((known) => fits([...known, statement]));
    if (fitting === undefined) documents.push([statement]);
    else fitting.push(named(statement, fitting));
  }
  return documents;
}

function fits(statements: readonly Statement[]): boolean {
  return policySize({ Version: version, Statement: statements }) <= maxManagedPolicySize - sidReserve;
}

/** Characters reserved for the numbers in Sids. */
const sidReserve = 64;

/** A Sid must be unique within a policy. */
function named(statement: Statement, others: readonly Statement[]): Statement {
  const same = others.filter(({ Sid }) => Sid.replace(/\d+$/, '') === statement.Sid).length;
  return same === 0 ? statement : { ...statement, Sid: `${statement.Sid}${same + 1}` };
}
