import { describe, expect, it } from 'vitest';
import type { JourneyRow } from '../../../shared/report/plan/report.ts';
import { bounded, htmlOf, linesOf } from './harness.ts';

const nowMs = Date.UTC(2026, 10, 28, 2, 14);

/** Ready, and so long after it observed, received and called. */
function journey(
  observedMs: number,
  receivedMs: number,
  calledMs: number,
  changes: Partial<JourneyRow> = {},
): JourneyRow {
  return {
    ...{ cluster: 'local', pod: 'shop/x', service: 'shop.local/front', instanceId: '10.0.0.1' },
    ...{ correlationId: 'id-1', readyAtMs: nowMs, observedAtMs: nowMs + observedMs },
    ...{ receivedAtMs: nowMs + receivedMs, calledAtMs: nowMs + calledMs },
    ...changes,
  };
}
const rowsOf = (...rows: readonly JourneyRow[]) =>
  linesOf('journeys', { journeys: bounded(rows) }).filter((line) => line.startsWith('shop/x'));
const cellsOf = (row: JourneyRow) => rowsOf(row)[0]?.split(' | ').slice(2, 6);

describe('the journeys', () => {
  it('have the time of each step, and the sum', () => {
    expect(rowsOf(journey(600, 900, 1150))).toEqual([
      'shop/x in shop.local/front | 2026-11-28 02:14:01 UTC | 600 | 300 | 250 | 1,150 | not known | id-1',
    ]);
  });

  it('have the time until the operation was seen to succeed, beside the sum', () => {
    expect(rowsOf(journey(600, 900, 1150, { succeededAtMs: nowMs + 3000 }))).toEqual([
      'shop/x in shop.local/front | 2026-11-28 02:14:01 UTC | 600 | 300 | 250 | 1,150 | 3,000 | id-1',
    ]);
  });

  it('have no first step if it is not known, or the pod was ready for long', () => {
    expect(cellsOf(journey(600, 900, 1150, { readyAtMs: undefined }))).toEqual([
      'not known',
      '300',
      '250',
      '550',
    ]);
    const hourMs = 3_600_000;
    expect(cellsOf(journey(hourMs, hourMs + 1, hourMs + 2))).toEqual(['not known', '1', '1', '2']);
    expect(cellsOf(journey(hourMs - 1, hourMs, hourMs + 1))?.[0]).toBe('3,599,999');
  });

  it('have no negative step, as clocks differ', () => {
    expect(cellsOf(journey(5, 3, 10))).toEqual(['5', '0', '7', '12']);
    expect(cellsOf(journey(-3, 3, 10))).toEqual(['not known', '6', '7', '13']);
  });

  it('have the median and the slowest of all', () => {
    const rows = [journey(10, 20, 30), journey(1, 2, 3), journey(100, 200, 3000)];
    const first = (shown: readonly JourneyRow[]) =>
      linesOf('journeys', { journeys: bounded(shown, 5) }).slice(0, 2);
    expect(first(rows)).toEqual([
      'Of the last 3 changes, half took 30 ms or less, the slowest 3,000 ms. The time of readiness is that of the API server, to the second. “Registered” is known of pods with the readiness gate: only they wait for the end of the operation.',
      'The first 3 of 5 changes are shown. They are the newest.',
    ]);
    expect(first([journey(0, 0, 0)])[0]).toContain('half took 0 ms or less, the slowest 1 ms');
  });

  it('have bars whose parts are the shares of the slowest', () => {
    const html = htmlOf('journeys', { journeys: bounded([journey(30, 60, 90), journey(30, 30, 45)]) });
    const bars = [...html.matchAll(/<svg class="bar".*?<\/svg>/g)].map(([svg]) =>
      [...svg.matchAll(/step-(\d)" x="(\d+)" y="0" width="(\d+)"/g)].map(
        ([, step, x, width]) => `${step}: ${x}+${width}`,
      ),
    );
    expect(bars).toEqual([
      ['0: 0+60', '1: 60+60', '2: 120+60'],
      ['0: 0+60', '1: 60+0', '2: 60+30'],
    ]);
  });

  it('have columns that are sorted by their numbers, what is not known first', () => {
    const html = htmlOf('journeys', {
      journeys: bounded([journey(600, 900, 1150, { readyAtMs: undefined })]),
    });
    expect([...html.matchAll(/data-order="(-?\d+)" class="number"/g)].map(([, order]) => order)).toEqual([
      ...['-1', '300', '250', '550', '-1'],
    ]);
  });
});
