import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';

/** Where the commands to try next go. */
export interface StepsPlace {
  readonly aws: string;
  /** The endpoint of Cloud Map and App Mesh. */
  readonly cloudMap: string;
  readonly kubectl: string;
  readonly table: string;
  readonly mesh: readonly MeshTargetName[];
  /** The page; undefined without a port for it. */
  readonly page: string | undefined;
}
