import { podChanged } from '../../../relay/watch/details.ts';
import type { PodChanged } from '../../../shared/model/events/event.ts';
import type { Smoke } from '../smoke.ts';
import { podObject, type TestPod } from '../test-pod.ts';

/** The event of the test pod, as the relay makes it. */
export function podEvent(
  { cluster, names }: Pick<Smoke, 'cluster' | 'names'>,
  cloudMapNamespace: string,
  pod: TestPod,
  change: PodChanged['change'] = 'Applied',
): PodChanged {
  const object = podObject(names, cloudMapNamespace, cluster.cloudMap.ipFamily, pod);
  return podChanged(cluster.name, change, object, () => undefined);
}

/** Puts an event on the bus, as the relay does; throws if EventBridge refuses it. */
export async function send({ bus }: Pick<Smoke, 'bus'>, event: PodChanged): Promise<void> {
  const [result] = await bus.put([{ type: event.type, detail: JSON.stringify(event) }]);
  if (result?.errorCode) throw new Error(`PutEvents: ${result.errorCode}: ${result.errorMessage}`);
}
