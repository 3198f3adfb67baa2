import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { resourceIn } from '../harness/kit.ts';
import type { MeshStage } from '../harness/stage.ts';

export const mesh: ResourceName = { kind: 'mesh', meshName: 'shop', name: 'shop' };

export const nodeKey = 'virtualNode/shop/blue_apps';

export const tags = (cluster: string) => ({ tags: [{ key: clusterTag, value: cluster }] });

export function isMarkedOurs(stage: MeshStage, key: string): boolean {
  return resourceIn(stage.engine, key).tags[clusterTag] === stage.cluster;
}
