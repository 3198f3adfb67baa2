import { invokeCommand } from '../../model/commands/commands.ts';
import type { Place } from '../../model/commands/place.ts';
import type { PodKey } from '../../model/identity.ts';

/** The command that registers the pods of a drained cluster again. */
export function endDrainCommand(place: Place, cluster: string): string {
  return invokeCommand(place, 'resync', { cluster, drain: false });
}

/** The command that makes a pod's writer reevaluate it. */
export function resyncCommand(place: Place, { cluster, namespace, name }: PodKey): string {
  return invokeCommand(place, 'resync', { cluster, namespace, pod: name });
}
