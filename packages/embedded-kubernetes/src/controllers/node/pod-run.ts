import { stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';

/** How long the containers of a pod run, such as `5s`, `1m30s` or `500ms`; `forever` for pods that would end. */
export const runForAnnotation = 'embedded.eks-mesh-sync/run-for';

/** The exit code of the containers when they end; 0 by default. */
export const exitCodeAnnotation = 'embedded.eks-mesh-sync/exit-code';

/** What the containers of a pod do, since nothing runs. */
export interface PodRun {
  /** Undefined if they run until the pod is deleted. */
  readonly durationMs: number | undefined;
  readonly exitCode: number;
  /** Whether the kubelet starts them again when they have ended. */
  readonly restarts: boolean;
}

/**
 * | restartPolicy | without annotations   | exit code 0           | other exit code       |
 * |---------------|-----------------------|-----------------------|-----------------------|
 * | Always        | runs for ever         | starts again          | starts again          |
 * | OnFailure     | ends after `usualMs`  | the pod has Succeeded | starts again          |
 * | Never         | ends after `usualMs`  | the pod has Succeeded | the pod has Failed    |
 *
 * One of the annotations alone is enough to let a pod with restartPolicy Always end.
 */
export function runOf(pod: KubernetesObject, usualMs: number): PodRun {
  const policy = stringAt(pod, 'spec', 'restartPolicy');
  const { [runForAnnotation]: runFor, [exitCodeAnnotation]: code } = pod.metadata.annotations ?? {};
  const exitCode = /^\d{1,3}$/.test(code ?? '') ? Number(code) : 0;
  const ends = policy === 'OnFailure' || policy === 'Never' || code !== undefined;
  return {
    durationMs: runFor === undefined ? (ends ? usualMs : undefined) : durationMs(runFor),
    exitCode,
    restarts: policy !== 'Never' && !(policy === 'OnFailure' && exitCode === 0),
  };
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Undefined for `forever` and for a text that is not a duration. */
function durationMs(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * unitMs[unit as keyof typeof unitMs],
    0,
  );
}
