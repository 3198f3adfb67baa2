import { describe, expect, it } from 'vitest';
import { sweepSchedules } from '../../deploy/schedules/sweep-schedules.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';

interface Rule {
  readonly Properties: {
    readonly Name: string;
    readonly ScheduleExpression: string;
    readonly Targets: readonly { readonly Id: string; readonly Input: string }[];
  };
}
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
  it('sweepSchedules speaks of one minute and of many, as EventBridge wants it', () => {
    expect(rates(1)).toEqual(['rate(1 minute)']);
    expect(rates(90)).toEqual(['rate(90 minutes)']);
  });

  it('sweeps every cluster once, as often as it asks for, at most five by one rule', () => {
    const clusters = Array.from({ length: 23 }, (_, index) => ({
      name: `cluster-${index}`,
      sweep: { everyMinutes: index % 2 === 0 ? 5 : 60 },
    }));
    const rules = Object.values(rulesOf(...clusters));
    const swept = rules.flatMap(({ Properties: { ScheduleExpression, Targets } }) =>
      Targets.map(({ Input }) => `${JSON.parse(Input).cluster} ${ScheduleExpression}`),
    );
    const expected = clusters.map(({ name, sweep }) => `${name} rate(${sweep.everyMinutes} minutes)`);
    expect(swept.sort()).toEqual(expected.sort());
    for (const { Properties } of rules) {
      expect(Properties.Targets.length).toBeLessThanOrEqual(5);
      expect(new Set(Properties.Targets.map(({ Id }) => Id)).size).toBe(Properties.Targets.length);
    }
    expect(rules).toHaveLength(6);
  });

  it('sweepSchedules gives each rule a name and a logical id of its own, within the limits of names', () => {
    const clusters = Array.from({ length: 12 }, (_, index) => ({
      name: `cluster-${index}`,
      sweep: { everyMinutes: index < 6 ? 1 : 11 },
    }));
    const rules = rulesOf(...clusters);
    expect(Object.keys(rules)).toHaveLength(4);
    for (const id of Object.keys(rules)) expect(id).toMatch(/^[A-Za-z0-9]+$/);
    const names = Object.values(rules).map(({ Properties }) => Properties.Name);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^prefix-sweep-[\w.-]{1,51}$/);
  });
});
