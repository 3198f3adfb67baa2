import { CloudMapAdapter } from '../../adapters/aws/cloud-map.ts';
import { maxWaitMs } from '../../pods/wait-limit.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { perPacedCloudMap } from './cloud-map.ts';
import { perPodStatus } from './cluster.ts';
import type { System } from './queue-function.ts';
import { composeQueueFunction } from './queue-function.ts';
import { serviceNotices } from './service-notices.ts';

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
