export { type Cluster, type ClusterOptions, type Faults, startCluster } from './cluster.ts';
