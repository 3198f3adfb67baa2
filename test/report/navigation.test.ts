import { describe, expect, it } from 'vitest';
import { navigation } from '../../shared/report/view/navigation.ts';
import { ReportHarness } from './report-harness.ts';

async function notRegistered(changes: Readonly<Record<string, unknown>>): Promise<number> {
  const report = new ReportHarness();
  await report.apply({ 'namespace/shop': {}, 'virtualnode/front': {}, 'pod/front-1': { ip: '10.0.0.1' } });
  await report.apply(changes);
  const { text } = navigation(await report.report());
  return Number(/Not registered <span class="count">(\d+)</.exec(text)?.[1]);
}

describe('the number of pods that are not registered', () => {
  it('counts those that something selects', async () => {
    expect(await notRegistered({ 'pod/front-2': { ip: '10.0.0.2', ready: false } })).toBe(1);
  });

  it('does not count those that nothing selects', async () => {
    expect(await notRegistered({ 'pod/task-1': { ip: '10.0.0.2', labels: { app: 'task' } } })).toBe(0);
  });

  it('does not count those that are completed', async () => {
    expect(await notRegistered({ 'pod/front-2': { ip: '10.0.0.2', ready: false, phase: 'Succeeded' } })).toBe(
      0,
    );
  });
});
