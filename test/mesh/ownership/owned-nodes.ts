import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { resourceIn } from '../harness/engine-state.ts';
import type { MeshHarness } from '../harness/harness.ts';

export const mesh: ResourceName = { kind: 'mesh', meshName: 'shop', name: 'shop' };

export const nodeKey = 'virtualNode/shop/blue_apps';

export const tags = (cluster: string) => ({ tags: [{ key: clusterTag, value: cluster }] });

export function isMarkedOurs(harness: MeshHarness, key: string): boolean {
  return resourceIn(harness.engine, key).tags[clusterTag] === harness.cluster;
}
