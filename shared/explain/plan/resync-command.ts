import type { PodKey } from '../../model/identity.ts';

/** The command that makes a pod's writer reevaluate it. */
export function resyncCommand({ cluster, namespace, name }: PodKey): string {
  return `sls invoke -f resync -d '${JSON.stringify({ cluster, namespace, pod: name })}'`;
}
