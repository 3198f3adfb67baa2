export { type Cluster, type ClusterOptions, type Faults, startCluster } from './cluster.ts';
export { passiveKinds } from './kinds/built-in.ts';
export type { Kind } from './kinds/kind.ts';
export type { Admission } from './verbs/admission.ts';
