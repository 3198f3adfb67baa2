import { describe, expect, it } from 'vitest';
import { policyOf } from '../../../deploy/smoke/policy.ts';
import { callsIn } from '../calls.ts';

describe('policy of a person who runs the smoke test', () => {
  const allowed = new Set(policyOf({ stage: 'production' }).Statement.flatMap(({ Action }) => Action));

  it('allows every call that the test makes, and those of the relay that it uses', () => {
    const made = [...callsIn('deploy/smoke'), 'events:ListRules'].map((call) =>
      call.replace(/^lambda:Invoke$/, 'lambda:InvokeFunction'),
    );
    expect(made.length).toBeGreaterThan(25);
    expect(made.filter((call) => !allowed.has(call))).toEqual([]);
    expect([...allowed]).toEqual(expect.arrayContaining(['events:PutEvents', 'events:DescribeEventBus']));
  });

  it('allows nothing that the test does not call', () => {
    const made = new Set([
      ...callsIn('deploy/smoke'),
      'events:ListRules',
      'lambda:InvokeFunction',
      'events:PutEvents',
    ]);
    expect([...allowed].filter((call) => !made.has(call))).toEqual([]);
  });
});
