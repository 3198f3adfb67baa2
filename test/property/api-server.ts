import { RetryableError } from '../../shared/model/errors.ts';
import type { StatusWriter } from '../../shared/ports/mesh-ports.ts';
import type { PodStatus } from '../../shared/ports/ports.ts';
import type { ClusterState } from './cluster.ts';
import type { Channel } from './fifo.ts';

/** An API server that fails at random, and the relay that sends what was set in it. */
export class ApiServer implements PodStatus, StatusWriter {
  private readonly snapshot: ClusterState;
  private readonly channel: Channel;
  /** Decides each call and each event by itself. */
  private readonly fails: () => boolean;

  constructor(snapshot: ClusterState, channel: Channel, fails: () => boolean) {
    this.snapshot = snapshot;
    this.channel = channel;
    this.fails = fails;
  }

  async setCondition(...[{ name, uid }, { status }]: Parameters<PodStatus['setCondition']>): Promise<string> {
    if (this.fails()) throw new RetryableError('HTTP 503');
    const event = this.snapshot.setGate(name, uid, status);
    if (!this.fails()) this.channel.send([event]);
    return event.pod.metadata.resourceVersion;
  }

  async write(...[{ name, uid }, status]: Parameters<StatusWriter['write']>): Promise<void> {
    if (this.fails()) throw new RetryableError('HTTP 503');
    this.snapshot.setStatus(name, uid, status);
  }
}
