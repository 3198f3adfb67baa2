import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { billOf, type Load, sumOf } from '../../deploy/cost/bill.ts';
import { prices } from '../../deploy/cost/prices.ts';

const usual: Load = {
  clusters: 1,
  pods: 5_000,
  events: 1_000_000,
  services: 50,
  namespaces: 10,
  sweepEveryMinutes: 5,
  importedServices: 0,
  importedChanges: 0,
  entriesEveryMinutes: 1,
  tracing: false,
};
const costOf = (load: Partial<Load>) => sumOf(billOf({ ...usual, ...load }).lines);
const quantityOf = (what: string, load: Partial<Load> = {}) =>
  billOf({ ...usual, ...load }).lines.find((line) => line.what === what)?.quantity;
const run = (...args: string[]) =>
  execFileSync(process.execPath, ['deploy/cost/main.ts', ...args], { encoding: 'utf8' });

describe('the bill of a month', () => {
  it('the bill of a month is under $18 for 5,000 pods and a million events, under $15 without alarms and metrics', () => {
    expect(costOf({})).toBeLessThan(18);
    const observed = billOf(usual).lines.filter(({ what }) => what === 'alarms' || what === 'metrics');
    expect(costOf({}) - sumOf(observed)).toBeLessThan(15);
  });

  it('the bill of a month is what its lines say: quantity by the list price', () => {
    expect(quantityOf('messages sent, received, deleted')).toBeGreaterThan(3 * usual.events);
    expect(quantityOf('empty receives')).toBe((2 * 5 * 30 * 24 * 3600) / 20);
    expect(quantityOf('DiscoverInstances of sweeps')).toBe(50 * 30 * 24 * 12);
    const [metrics] = billOf(usual).lines.filter(({ what }) => what === 'metrics');
    expect(metrics?.dollars).toBeCloseTo((8 + 1) * prices.cloudWatch.perMetric);
    for (const { quantity, dollars } of billOf(usual).lines) {
      expect(quantity).toBeGreaterThan(0);
      expect(dollars).toBeGreaterThan(0);
    }
  });

  it('the bill of a month grows by one metric and one alarm with each cluster, for its relay', () => {
    expect(quantityOf('metrics', { clusters: 50 })).toBe(8 + 50);
    expect(quantityOf('alarms', { clusters: 50 })).toBe(19 + 50);
  });

  it.each([
    ['events', { events: 2_000_000 }],
    ['pods', { pods: 10_000 }],
    ['clusters', { clusters: 10 }],
    ['services', { services: 500 }],
    ['more frequent sweeps', { sweepEveryMinutes: 1 }],
    ['tracing', { tracing: true }],
    ['imported services', { importedServices: 50 }],
  ])('the bill of a month is more with more %s', (_, load) => {
    expect(costOf(load)).toBeGreaterThan(costOf({}));
  });

  it('the bill of a month has ServiceEntries only where a cluster imports services, and each service costs', () => {
    const linesOf = (load: Partial<Load>) =>
      billOf({ ...usual, ...load }).lines.filter(({ what }) => what.includes('ServiceEntries'));
    expect(linesOf({ importedChanges: 100_000 })).toEqual([]);
    const [some, more, seldom] = [
      { importedServices: 50 },
      { importedServices: 1_000 },
      { importedServices: 1_000, entriesEveryMinutes: 10 },
    ].map((load) => sumOf(linesOf(load)));
    expect(some).toBeLessThan(5);
    expect(more).toBeGreaterThan(40);
    expect(seldom).toBeLessThan(6);
  });

  it('the bill of a month has X-Ray only where it is asked for, at $5 for a million invocations', () => {
    const traces = (tracing: boolean) =>
      billOf({ ...usual, tracing }).lines.filter(({ service }) => service === 'X-Ray');
    expect(traces(false)).toEqual([]);
    expect(sumOf(traces(true))).toBeCloseTo(5 * ((quantityOf('invocations') ?? 0) / 1e6));
  });

  it('the bill of a month keeps apart what Cloud Map costs whoever registers the pods', () => {
    expect(sumOf(billOf(usual).cloudMapItself)).toBeCloseTo(505);
    expect(costOf({ namespaces: 1_000 })).toBe(costOf({}));
  });
});

describe('npm run cost', () => {
  const sum = (text: string) => /in all +\$([\d.]+)/.exec(text)?.[1];

  it('npm run cost prints each line, the sum, and the date of the prices', () => {
    const text = run();
    for (const { what } of billOf(usual).lines) expect(text).toContain(what);
    expect(sum(text)).toBe(costOf({}).toFixed(2));
    expect(text).toContain('list prices of November 2026');
  });

  it('npm run cost takes another load', () => {
    expect(sum(run('--pods', '100', '--sweep-minutes', '60', '--tracing'))).toBe(
      costOf({ pods: 100, sweepEveryMinutes: 60, tracing: true }).toFixed(2),
    );
  });

  it.each([
    ['--pod', '5'],
    ['--pods', 'many'],
    ['--clusters', '0'],
  ])('npm run cost refuses %s %s', (...args) => {
    const { status, stderr } = spawnSync(process.execPath, ['deploy/cost/main.ts', ...args], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain(args[0]);
  });

  it.each(['README.md', 'docs/performance.md'])('npm run cost says what %s says', (path) => {
    expect(readFileSync(path, 'utf8')).toContain(`$${costOf({}).toFixed(0)} a month`);
  });
});
