import { CloudMapAdapter } from '../../adapters/aws/cloud-map.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { perPacedCloudMap } from './cloud-map.ts';
import { perPodStatus } from './cluster.ts';
import type { System } from './queue-function.ts';
import { wire } from './queue-function.ts';

/** Long waits are the queue's: a function that waits keeps other clusters' messages waiting behind it. */
const maxWaitMs = 100;

/** What `wire` builds, and beside it Cloud Map and who sets the conditions of pods. */
export function wirePods(env: Readonly<Record<string, string | undefined>>): System<Dependencies> {
  const { table, ...system } = wire(env);
  return {
    ...system,
    deps: {
      ...system.deps,
      cloudMap: perPacedCloudMap({ table, maxWaitMs }, (...parts) => new CloudMapAdapter(...parts)),
      podStatus: perPodStatus(),
    },
  };
}
