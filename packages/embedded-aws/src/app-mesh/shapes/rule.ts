import type { z } from 'zod';

/** A fault that the shape does not express, and the member at fault. */
export interface Fault {
  readonly at: readonly (string | number)[];
  readonly message: string;
}

/** A documented rule that no shape expresses, as a check of a schema. */
export function rule<Value>(faultsOf: (value: Value) => readonly Fault[]): z.core.CheckFn<Value> {
  return ({ value, issues }) => {
    for (const { at, message } of faultsOf(value))
      issues.push({ code: 'custom', message, path: [...at], input: value });
  };
}

/** One fault, or none if the condition holds. */
export function must(holds: boolean, at: Fault['at'], message: string): readonly Fault[] {
  return holds ? [] : [{ at, message }];
}

/** Exactly one of the members must be set. */
export function exactlyOne(value: object, names: readonly string[], at: Fault['at'] = []): readonly Fault[] {
  const set = namesSet(value, names);
  const found = set.join(', ') || 'none';
  return must(set.length === 1, at, `exactly one of ${names.join(', ')} must be set; found ${found}`);
}

/** At least one of the members must be set. */
export function someOf(value: object, names: readonly string[], at: Fault['at'] = []): readonly Fault[] {
  return must(namesSet(value, names).length > 0, at, `at least one of ${names.join(', ')} must be set`);
}

/** At most one of the members may be set. */
export function atMostOne(value: object, names: readonly string[], at: Fault['at'] = []): readonly Fault[] {
  const set = namesSet(value, names);
  return must(set.length <= 1, at, `at most one of ${names.join(', ')} may be set; found ${set.join(', ')}`);
}

function namesSet(value: object, names: readonly string[]): readonly string[] {
  const members = value as Readonly<Record<string, unknown>>;
  return names.filter((name) => members[name] !== undefined);
}
