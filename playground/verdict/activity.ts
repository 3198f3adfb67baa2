import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import { isMeshGroup } from '../../shared/model/identity.ts';
import type { Targets } from '../targets.ts';
import { podsQueue } from '../topology.ts';
import type { Activity } from './settle.ts';

/** Objects that change although nothing happens. */
const heartbeats: ReadonlySet<string> = new Set(['events', 'leases.coordination.k8s.io', 'nodes']);

/** What happens in the playground. Without `targets`, App Mesh may be missing, so messages of mesh groups are ignored. */
export function activityOf(
  cloud: EmbeddedCloud,
  targets: Targets | undefined,
  store: Store | undefined,
): Activity {
  let changes = 0;
  store?.subscribe(undefined, ({ resource }) => {
    if (!heartbeats.has(resource)) changes += 1;
  });
  const queues = cloud.queues.all().filter(({ settings }) => settings.redrive !== undefined);
  const isWaitedFor = (group: string) => targets !== undefined || !isMeshGroup(group);
  return {
    underWay() {
      for (const queue of queues) {
        const group = queue.findGroup(isWaitedFor);
        if (group !== undefined) return `a message about ${group} is not processed yet`;
      }
      const operation = targets?.cloudMap.activity.first;
      return operation === undefined ? null : `Cloud Map operation ${operation.id} is ${operation.status}`;
    },
    progress() {
      const { submitted = 0, ended = 0 } = targets?.cloudMap.activity ?? {};
      return [changes, ...queues.map(({ groupCounts }) => groupCounts.changes), submitted, ended].join(' ');
    },
  };
}

/** Pods with a message that is not processed. */
export function countQueuedPods({ queues }: EmbeddedCloud): number {
  return queues.get(podsQueue).groupCounts.waiting;
}

export function countDeadLetters(cloud: EmbeddedCloud): number {
  return cloud.queues
    .all()
    .filter(({ settings }) => settings.redrive === undefined)
    .reduce((sum, { counts }) => sum + counts.visible + counts.inFlight, 0);
}
