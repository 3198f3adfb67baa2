import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmResources } from '../../../deploy/alarms/alarm-resources.ts';
import { alarmsOf } from '../../../deploy/alarms/alarms.ts';
import { dashboardResources } from '../../../deploy/alarms/dashboard.ts';
import { widgetsOf } from '../../../deploy/alarms/widgets.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { metricDimensions } from '../../../shared/model/metrics.ts';
import { writtenMetrics } from './written-metrics.ts';

const clusters = (count: number, sweep?: object) =>
  clustersFile.parse({
    clusters: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, ...(sweep && { sweep }) })),
  });
const alarms = alarmsOf(clusters(2), 'eks-mesh-sync-dev');
const widgets = widgetsOf('eks-mesh-sync-dev');
const dimensions: Readonly<Record<string, string>> = metricDimensions;
const written = writtenMetrics();

/** The sets of dimensions with which the code writes a metric. */
const dimensionsOf = (metric: string) =>
  written
    .filter((each) => each.metric === metric)
    .map(({ hasDimension }) => ['service', ...(hasDimension ? [dimensions[metric]] : [])]);

describe('the alarms', () => {
  it('and the dashboard read only metrics that the code of the functions writes, with the dimensions it gives them', () => {
    const own = [...alarms, ...widgets.map(({ metrics }) => ({ series: metrics }))]
      .flatMap(({ series }) => Object.values(series))
      .filter(({ namespace }) => namespace === 'eks-mesh-sync');
    expect(own.length).toBeGreaterThan(20);
    for (const { metric, dimensions: found } of own)
      expect(dimensionsOf(metric), metric).toContainEqual(Object.keys(found));
    const searched = widgets.flatMap(({ searches = [] }) => searches);
    expect(searched).toHaveLength(3);
    for (const { metric, dimension } of searched)
      expect(dimensionsOf(metric), metric).toContainEqual(['service', dimension]);
  });

  it('are one for each relay, and one for ten of them in a stack with hundreds', () => {
    const silent = (count: number) =>
      alarmsOf(clusters(count), 'p').filter(({ id }) => id === 'relay-silent');
    expect(silent(2).map(({ of }) => of)).toEqual(['c0', 'c1']);
    expect(silent(201)).toHaveLength(21);
    for (const { series } of silent(201)) expect(Object.keys(series).length).toBeLessThanOrEqual(10);
  });

  it('have a runbook each, which their description names', () => {
    for (const { id } of alarms) expect([id, existsSync(`docs/runbooks/${id}.md`)]).toEqual([id, true]);
    for (const resource of Object.values(alarmResources(clusters(1), 'p', '')))
      expect(JSON.stringify(resource)).toMatch(/What to do: docs\/runbooks\/[a-z-]+\.md/);
  });

  it('have periods that CloudWatch accepts, whatever the interval of the sweeps', () => {
    for (const everyMinutes of [1, 7, 60, 1440])
      for (const { periodSeconds, periods } of alarmsOf(clusters(1, { everyMinutes }), 'p')) {
        expect(periodSeconds % 60).toBe(0);
        const limit = periodSeconds >= 3600 ? 7 * 86_400 : 86_400;
        expect(periodSeconds * periods).toBeLessThanOrEqual(limit);
        expect(periodSeconds).toBeLessThanOrEqual(2 * 86_400);
      }
  });

  it('notify the topic at their start and at their end, if there is one', () => {
    const notified = Object.values(alarmResources(clusters(1), 'p', 'arn:aws:sns:us-west-2:1:t'));
    for (const resource of notified)
      expect(resource).toMatchObject({
        Properties: { AlarmActions: ['arn:aws:sns:us-west-2:1:t'], OKActions: ['arn:aws:sns:us-west-2:1:t'] },
      });
    for (const resource of Object.values(alarmResources(clusters(1), 'p', '')))
      expect(resource).not.toHaveProperty('Properties.AlarmActions');
  });

  it('are on the dashboard, whose body is JSON without an overlap of widgets', () => {
    const { Dashboard } = dashboardResources(clusters(1), 'p', { hasAlarms: true }) as {
      Dashboard: { Properties: { DashboardBody: { 'Fn::Sub': string } } };
    };
    const { widgets } = JSON.parse(Dashboard.Properties.DashboardBody['Fn::Sub']);
    expect(widgets[0].properties.alarms).toHaveLength(alarmsOf(clusters(1), 'p').length);
    expect(new Set(widgets.map(({ x, y }: { x: number; y: number }) => `${x} ${y}`)).size).toBe(
      widgets.length,
    );
  });
});
