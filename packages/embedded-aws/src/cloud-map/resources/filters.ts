import { invalidInput } from '../errors.ts';

export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
  readonly Condition?: 'EQ' | 'IN' | 'BETWEEN' | 'BEGINS_WITH' | undefined;
}
type Condition = NonNullable<Filter['Condition']>;

/** For each filter name, the value of an item and the conditions that AWS documents. */
export type FilterRules<Item> = Readonly<
  Record<string, { readonly of: (item: Item) => string; readonly conditions: readonly Condition[] }>
>;

/** Items that match all filters. Throws InvalidInput for a condition that the filter does not support. */
export function applyFilters<Item>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  rules: FilterRules<Item>,
): Item[] {
  const tests = (filters ?? []).map((filter) => testOf(filter, rules));
  return items.filter((item) => tests.every((test) => test(item)));
}

function testOf<Item>(filter: Filter, rules: FilterRules<Item>): (item: Item) => boolean {
  const { Name, Values, Condition = 'EQ' } = filter;
  const rule = rules[Name];
  if (rule === undefined || !rule.conditions.includes(Condition))
    throw invalidInput(`The filter ${Name} does not support the condition ${Condition}`);
  checkCount(Name, Condition, Values.length);
  const matches = comparison(Condition, Values);
  return (item) => matches(rule.of(item));
}

function checkCount(name: string, condition: Condition, count: number): void {
  const expected = condition === 'BETWEEN' ? 2 : 1;
  const isRight = condition === 'IN' ? count >= 1 : count === expected;
  if (!isRight)
    throw invalidInput(
      `The filter ${name} with the condition ${condition} takes ${expected} value(s); found ${count}`,
    );
}

function comparison(condition: Condition, values: readonly string[]): (value: string) => boolean {
  const [first = '', second = ''] = values;
  switch (condition) {
    case 'BEGINS_WITH':
      return (value) => value.startsWith(first);
    case 'BETWEEN':
      return (value) => Number(first) <= Number(value) && Number(value) <= Number(second);
    default:
      return (value) => values.includes(value);
  }
}
