import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmState, type StateValue } from '../../src/cloud-watch/alarm-state.ts';
import type { MissingData } from '../../src/cloud-watch/metric-alarm.ts';

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const rule = (periods: number, needed: number, TreatMissingData: MissingData) => ({
  ComparisonOperator: 'GreaterThanThreshold' as const,
  Threshold: 5,
  EvaluationPeriods: periods,
  DatapointsToAlarm: needed,
  TreatMissingData,
});

/** As CloudWatch's user guide writes datapoints: 0 within the threshold, X breaching, - missing. */
const read = (text: string) =>
  text.split(' ').map((sign) => (sign === '-' ? undefined : sign === 'X' ? 9 : 1));

describe('the state of an alarm', () => {
  const [ok, alarm, insufficient, current] = ['OK', 'ALARM', 'INSUFFICIENT_DATA', 'current'] as const;

  it.each([
    ['0 - X - X', [ok, ok, ok, ok]],
    ['- - - - 0', [ok, ok, ok, ok]],
    ['- - - - -', [insufficient, current, alarm, ok]],
    ['0 X X - X', [alarm, alarm, alarm, alarm]],
    ['- - X - -', [alarm, current, alarm, ok]],
  ])('of 3 datapoints of 3, %s, is as the user guide has it', (datapoints, expected) => {
    expectStates(datapoints, 3, 3, expected);
  });

  it.each([
    ['0 - X - X', [alarm, alarm, alarm, alarm]],
    ['0 0 X 0 X', [alarm, alarm, alarm, alarm]],
    ['0 - X - -', [ok, ok, alarm, ok]],
    ['- - - - 0', [ok, ok, alarm, ok]],
    ['- - - X -', [alarm, current, alarm, ok]],
  ])('of 2 datapoints of 3, %s, is as the user guide has it', (datapoints, expected) => {
    expectStates(datapoints, 3, 2, expected);
  });

  function expectStates(
    datapoints: string,
    periods: number,
    needed: number,
    expected: readonly (StateValue | 'current')[],
  ): void {
    for (const now of ['OK', 'ALARM'] as const)
      expect(
        treatments.map((treatment) => alarmState(rule(periods, needed, treatment), read(datapoints), now)),
      ).toEqual(expected.map((state) => (state === 'current' ? now : state)));
  }

  const points = fc.array(fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }), {
    minLength: 7,
    maxLength: 7,
  });
  const counts = fc
    .integer({ min: 1, max: 5 })
    .chain((periods) => fc.tuple(fc.constant(periods), fc.integer({ min: 1, max: periods })));
  const states = fc.constantFrom('OK' as const, 'ALARM' as const);

  it('does not depend on the treatment of missing data if nothing is missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 5, maxLength: 7 }),
        counts,
        states,
        (values, [periods, needed], now) => {
          const breaching = values.slice(-periods).filter((value) => value > 5).length;
          for (const treatment of treatments)
            expect(alarmState(rule(periods, needed, treatment), values, now)).toBe(
              breaching >= needed ? 'ALARM' : 'OK',
            );
        },
      ),
    );
  });

  it('is ALARM with missing data as breaching whenever it is with missing data as not breaching', () => {
    fc.assert(
      fc.property(points, counts, states, (values, [periods, needed], now) => {
        if (alarmState(rule(periods, needed, 'notBreaching'), values, now) === 'ALARM')
          expect(alarmState(rule(periods, needed, 'breaching'), values, now)).toBe('ALARM');
      }),
    );
  });

  it('with missing data as something is that of the datapoints with it in their place, if no older ones replace them', () => {
    fc.assert(
      fc.property(points, counts, states, (values, [periods, needed], now) => {
        const recent = values.slice(-periods);
        for (const [treatment, filling] of [
          ['breaching', 9],
          ['notBreaching', 1],
        ] as const)
          expect(alarmState(rule(periods, needed, treatment), recent, now)).toBe(
            alarmState(
              rule(periods, needed, treatment),
              recent.map((value) => value ?? filling),
              now,
            ),
          );
      }),
    );
  });
});
