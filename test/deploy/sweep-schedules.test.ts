import { describe, expect, it } from 'vitest';
import { sweepSchedules } from '../../deploy/sweep-schedules.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';

type Rule = { Properties: { Name: string; ScheduleExpression: string } };
const rulesOf = (...clusters: object[]) => {
  const { SweepSchedulesPermission, ...rules } = sweepSchedules(clustersFile.parse({ clusters }), 'prefix');
  expect(SweepSchedulesPermission).toBeDefined();
  return rules as Record<string, Rule>;
};
const rates = (everyMinutes: number) =>
  Object.values(rulesOf({ name: 'a', sweep: { everyMinutes } })).map(
    ({ Properties }) => Properties.ScheduleExpression,
  );

describe('sweepSchedules', () => {
  it('speaks of one minute and of many, as EventBridge wants it', () => {
    expect(rates(1)).toEqual(['rate(1 minute)']);
    expect(rates(90)).toEqual(['rate(90 minutes)']);
  });

  it('gives clusters with like names rules of their own, within the limits of names', () => {
    const long = 'x'.repeat(99);
    const names = ['a-b', 'a_b', 'ab', 'A-B', `${long}1`, `${long}2`];
    const rules = rulesOf(...names.map((name) => ({ name })));
    expect(Object.keys(rules)).toHaveLength(names.length);
    for (const id of Object.keys(rules)) expect(id).toMatch(/^[A-Za-z0-9]+$/);
    const ruleNames = Object.values(rules).map(({ Properties }) => Properties.Name);
    expect(new Set(ruleNames).size).toBe(names.length);
    for (const name of ruleNames) expect(name).toMatch(/^prefix-sweep-[\w.-]{1,51}$/);
  });

  it('leaves the rule of a cluster as it is when others come', () => {
    expect(rulesOf({ name: 'b' }, { name: 'a' })).toMatchObject(rulesOf({ name: 'a' }));
  });
});
