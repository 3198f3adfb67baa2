import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmResources } from '../../../deploy/alarms/alarm-resources.ts';
import { alarmsOf } from '../../../deploy/alarms/alarms.ts';
import { dashboardResources } from '../../../deploy/alarms/dashboard.ts';
import { widgetsOf } from '../../../deploy/alarms/widgets.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { metricDimensions, metricUnits } from '../../../shared/model/metrics.ts';

const clusters = (count: number, sweep?: object) =>
  clustersFile.parse({
    clusters: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, ...(sweep && { sweep }) })),
  });
const alarms = alarmsOf(clusters(2), 'eks-mesh-sync-dev');
const dimensions: Readonly<Record<string, string>> = metricDimensions;

describe('the alarms', () => {
  it('read only metrics that the functions send, with the dimensions that they have', () => {
    const own = [...alarms, ...widgetsOf('eks-mesh-sync-dev').map(({ metrics }) => ({ series: metrics }))]
      .flatMap(({ series }) => Object.values(series))
      .filter(({ namespace }) => namespace === 'eks-mesh-sync');
    expect(own.length).toBeGreaterThan(20);
    for (const { metric, dimensions: found } of own) {
      expect(Object.keys(metricUnits)).toContain(metric);
      const extra = metric === 'RelayHeartbeat' ? [dimensions[metric]] : [];
      expect(Object.keys(found)).toEqual(['service', ...extra]);
    }
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
