import { CloudMapAdapter } from '../../adapters/aws/cloud-map.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { perPacedCloudMap } from './cloud-map.ts';
import { perPodStatus } from './cluster.ts';
import type { System } from './queue-function.ts';
import { composeQueueFunction } from './queue-function.ts';
import { serviceNotices } from './service-notices.ts';

/** Long waits belong in the queue: a function that waits keeps other clusters' messages waiting. */
const maxWaitMs = 100;

/** What `composeQueueFunction` builds, plus Cloud Map and the writer of pod conditions. */
export function composePods(env: Readonly<Record<string, string | undefined>>): System<Dependencies> {
  const { table, clusters, ...system } = composeQueueFunction(env);
  return {
    ...system,
    deps: {
      ...system.deps,
      cloudMap: perPacedCloudMap({ table, maxWaitMs }, (...parts) => new CloudMapAdapter(...parts)),
      podStatus: perPodStatus(),
      notices: serviceNotices(system.deps, clusters),
    },
  };
}
