import type { Drain, DrainedService } from '../model/records/drain.ts';

/** Which clusters are drained. Reads are strongly consistent: a pod's writer reads it after the pod is stored. */
export interface DrainStore {
  find(cluster: string): Promise<Drain | undefined>;
  /** Does nothing if the cluster is drained already. */
  begin(cluster: string, nowMs: number): Promise<void>;
  /** Does nothing if the cluster is not drained, or more instances were found before. */
  noteInstances(cluster: string, instances: number): Promise<void>;
  noteService(cluster: string, service: DrainedService): Promise<void>;
  drainedServices(cluster: string): AsyncIterable<DrainedService>;
  end(cluster: string): Promise<void>;
}
