import { expect, it } from 'vitest';
import { trendOf } from './trend.ts';

const mega = 1_000_000;
const samples = (bytes: (minute: number) => number) =>
  Array.from({ length: 60 }, (_, index) => ({ atMs: (index + 1) * 60_000, bytes: bytes(index + 1) }));

it('memory that goes up and down is flat', () => {
  const trend = trendOf(
    samples((minute) => (60 + (minute % 5)) * mega),
    0,
    3_600_000,
  );
  expect(trend?.isFlat).toBe(true);
  expect(trend?.after).toBe(trend?.before);
});

it('memory that a start needs is no growth', () => {
  expect(
    trendOf(
      samples((minute) => Math.min(minute, 10) * 10 * mega),
      0,
      3_600_000,
    )?.isFlat,
  ).toBe(true);
});

it('memory that grows by half a megabyte a minute is not flat', () => {
  expect(
    trendOf(
      samples((minute) => (60 + minute / 2) * mega),
      0,
      3_600_000,
    )?.isFlat,
  ).toBe(false);
});

it('a trend needs samples of both quarters', () => {
  expect(trendOf(samples(() => mega).slice(0, 20), 0, 3_600_000)).toBeUndefined();
});
