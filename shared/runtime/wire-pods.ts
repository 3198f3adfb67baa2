import { CloudMapAdapter } from '../aws/cloud-map.ts';
import type { World } from '../sync/ports.ts';
import { type System, wire } from './wire.ts';
import { perPacedCloudMap } from './wire-cloud-map.ts';
import { perPodStatus } from './wire-cluster.ts';

/** Long waits are the queue's: a function that waits keeps other clusters' messages waiting behind it. */
const patienceMs = 100;

/** What `wire` builds, and beside it Cloud Map and who sets the conditions of pods. */
export function wirePods(env: Readonly<Record<string, string | undefined>>): System<World> {
  const { table, ...system } = wire(env);
  return {
    ...system,
    world: {
      ...system.world,
      cloudMap: perPacedCloudMap({ table, patienceMs }, (...parts) => new CloudMapAdapter(...parts)),
      podStatus: perPodStatus(),
    },
  };
}
