export { type Cluster, type ClusterOptions, type Faults, startCluster } from './cluster.ts';
export type { Admission } from './verbs/admission.ts';
