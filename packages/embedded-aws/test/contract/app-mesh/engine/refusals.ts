import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

export type Json = Record<string, unknown>;

export function withAll(): Bench {
  const bench = new Bench();
  bench.mesh();
  bench.node('blue');
  bench.router('r');
  bench.service('s.example');
  bench.gateway('g');
  return bench;
}

/** Whole messages of the refusals, so that each names its member and nothing else is wrong. */
export function expectRefusals(
  call: (spec: Json) => readonly [string, Json],
  cases: readonly (readonly [Json, string])[],
): void {
  it.each(cases)('%j → %s', (spec, message) => {
    const [operation, input] = call(spec);
    const error = withAll().refusal(operation, input);
    expect(error).toMatchObject({ code: 'BadRequestException', status: 400 });
    expect(error.message).toBe(message);
  });
}
