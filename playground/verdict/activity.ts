import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import { isMeshGroup } from '../../shared/model/identity.ts';
import type { Targets } from '../targets.ts';
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
  const groups = () => waitingGroups(cloud).filter((group) => targets !== undefined || !isMeshGroup(group));
  const operations = () => targets?.cloudMap.snapshot().operations ?? [];
  const running = () => operations().filter(({ status }) => status === 'SUBMITTED' || status === 'PENDING');
  return {
    underWay() {
      const [group] = groups();
      if (group !== undefined) return `a message about ${group} is not processed yet`;
      const [operation] = running();
      return operation === undefined ? null : `Cloud Map operation ${operation.id} is ${operation.status}`;
    },
    progress: () => JSON.stringify([changes, groups(), operations().length, running().length]),
  };
}

function waitingGroups(cloud: EmbeddedCloud): readonly string[] {
  return cloud.queues
    .all()
    .filter(({ settings }) => settings.redrive !== undefined)
    .flatMap(({ groups }) => groups);
}

export function countDeadLetters(cloud: EmbeddedCloud): number {
  return cloud.queues
    .all()
    .filter(({ settings }) => settings.redrive === undefined)
    .reduce((sum, { counts }) => sum + counts.visible + counts.inFlight, 0);
}
