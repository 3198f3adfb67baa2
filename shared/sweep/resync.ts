import type { SweepDependencies, SweepReport } from '../ports/sweep-ports.ts';
import { drainCluster } from './drain.ts';
import { drainPlanText, drainText } from './plan/drain-progress.ts';
import { planText } from './plan/repairs/plan-text.ts';
import { requestEntries } from './request-entries.ts';
import { type SweepResult, sweep } from './sweep.ts';

interface ResyncRequest {
  readonly cluster: string;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly adopt: boolean;
  readonly drain?: boolean | undefined;
}

/** A sweep that a person requests, or the drain of a cluster; the answer is its plan as text, and its report. */
export async function resync(
  deps: SweepDependencies,
  request: ResyncRequest,
  run: string,
): Promise<{ readonly report: SweepReport; readonly answer: unknown }> {
  const { cluster, namespace, dryRun, drain } = request;
  const result = await performed(deps, request, run);
  if (!dryRun && namespace === undefined && drain !== true) await requestEntries(deps, cluster, run);
  const { report, progress } = result;
  const plan = [...textOf(request, result).split('\n'), ...drainLines(request, result)];
  return { report, answer: { dryRun, plan, ...(progress && { drain: progress }), report } };
}

async function performed(
  deps: SweepDependencies,
  { cluster, namespace, pod, drain, ...options }: ResyncRequest,
  run: string,
): Promise<SweepResult> {
  if (drain === true) return drainCluster(deps, cluster, options, run);
  if (drain === false) await deps.drains.end(cluster);
  return sweep(deps, { cluster, namespace, pod }, { ...options, verify: true, reevaluate: true }, run);
}

function textOf({ cluster, dryRun, drain }: ResyncRequest, result: SweepResult): string {
  const { report, allowed, refused, foreseen, mesh } = result;
  const { source, incomplete } = report;
  return planText({
    ...{ cluster, source, incomplete, allowed, refused, dryRun, foreseen },
    ...{ isDrain: drain === true, hasMesh: mesh !== undefined },
  });
}

function drainLines({ cluster, dryRun }: ResyncRequest, { progress }: SweepResult): readonly string[] {
  if (progress === undefined) return [];
  return ['', dryRun ? drainPlanText(cluster, progress) : drainText(cluster, progress)];
}
