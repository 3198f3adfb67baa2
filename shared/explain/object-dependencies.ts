import type { TargetRules } from '../mesh/plan/target-rules.ts';
import type { ClusterConfig } from '../model/cluster-config.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';

/** Further dependencies for explaining a mesh object. */
export interface ObjectDependencies extends ExplainDependencies {
  /** Of the cluster's mesh targets; without one, of the one that the objects were written for. */
  readonly meshRules: (cluster: ClusterConfig) => readonly TargetRules[];
}
