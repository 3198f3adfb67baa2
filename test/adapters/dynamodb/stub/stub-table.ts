import type { Item, Table } from '../../../../shared/adapters/dynamodb/table.ts';

interface Answers {
  /** What `get`, `query` and `all` find, whatever they ask for; `update` answers the first. */
  readonly items?: readonly object[];
  /** What each write fails with. */
  readonly error?: Error;
  /** What `put` fails with: `error` by default. */
  readonly putError?: Error | undefined;
}

/** A table that gives the answers of a test, and what was asked of it: the operation with its arguments. */
export function stubTable({ items = [], error, ...rest }: Answers = {}) {
  const asked: unknown[][] = [];
  const found = items as readonly Item[];
  const answer =
    <T>(operation: string, value: T, failure?: Error) =>
    async (...args: readonly unknown[]): Promise<T> => {
      asked.push([operation, ...args]);
      if (failure !== undefined) throw failure;
      return value;
    };
  const table = {
    get: answer('get', found[0]),
    put: answer('put', undefined, 'putError' in rest ? rest.putError : error),
    update: answer('update', found[0], error),
    delete: answer('delete', undefined, error),
    async *query(...args: readonly unknown[]) {
      asked.push(['query', ...args]);
      yield* found;
    },
    async all(...args: readonly unknown[]) {
      asked.push(['all', ...args]);
      return found;
    },
  };
  return { table: table as unknown as Table, asked };
}
