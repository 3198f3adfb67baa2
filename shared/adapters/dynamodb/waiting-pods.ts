import { ConflictError } from '../../model/errors.ts';
import type { PodKey, ServiceKey } from '../../model/identity.ts';
import { serviceId } from '../../model/identity.ts';
import type { WaitingPod } from '../../model/records/registration.ts';
import type { WaitingPodStore } from '../../ports/waiting-pod-store.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/** A pod that still waits by then is refused again, and so recorded again. */
const keptSeconds = 2 * 24 * 3600;

/** A freed place goes to the first pod that was not woken. */
const pageSize = 25;

/** `WAITING#<target>#<namespace>/<service>` / `<creation time of the pod>#<cluster>/<namespace>/<name>`. */
export class WaitingPods implements WaitingPodStore {
  private readonly table: Table;
  private readonly now: () => number;

  constructor(table: Table, now: () => number) {
    this.table = table;
    this.now = now;
  }

  async find(
    service: ServiceKey,
    pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>,
  ): Promise<WaitingPod | undefined> {
    const item = await this.table.get(keyOf(service, pod));
    return item && waitingPodOf(item);
  }

  async add(service: ServiceKey, pod: WaitingPod): Promise<void> {
    try {
      await this.table.put(this.itemOf(service, pod), { text: 'attribute_not_exists(pk)' });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // it already waits
    }
  }

  async put(service: ServiceKey, pod: Omit<WaitingPod, 'wokenAtMs' | 'wokenFor'>): Promise<void> {
    const { cluster, namespace, name, createdAt, instanceId } = pod;
    await this.table.put(this.itemOf(service, { cluster, namespace, name, createdAt, instanceId }));
  }

  async wake(service: ServiceKey, pod: WaitingPod, place: string, nowMs: number): Promise<WaitingPod> {
    const update = {
      text: 'SET #wokenAtMs = :now, #wokenFor = :place',
      values: { ':now': nowMs, ':place': place },
    };
    return waitingPodOf(await this.table.update(keyOf(service, pod), update, asSeen(pod)));
  }

  async remove(service: ServiceKey, pod: WaitingPod): Promise<void> {
    await this.table.delete(keyOf(service, pod), asSeen(pod));
  }

  async *ofService(service: ServiceKey): AsyncGenerator<WaitingPod> {
    for await (const item of this.table.query(partitionOf(service), '', null, pageSize))
      yield waitingPodOf(item);
  }

  private itemOf(service: ServiceKey, pod: WaitingPod): Item {
    return { ...keyOf(service, pod), ...pod, expiresAt: Math.floor(this.now() / 1000) + keptSeconds };
  }
}

function asSeen({ wokenAtMs }: WaitingPod): Expression {
  if (wokenAtMs === undefined) return { text: 'attribute_exists(pk) AND attribute_not_exists(#wokenAtMs)' };
  return { text: '#wokenAtMs = :seen', values: { ':seen': wokenAtMs } };
}

function partitionOf(service: ServiceKey): string {
  return `WAITING#${service.target}#${serviceId(service)}`;
}

function keyOf(
  service: ServiceKey,
  { cluster, namespace, name, createdAt }: Pick<WaitingPod, keyof PodKey | 'createdAt'>,
): ItemKey {
  return { pk: partitionOf(service), sk: `${createdAt}#${cluster}/${namespace}/${name}` };
}

function waitingPodOf(item: Item): WaitingPod {
  const { pk: _pk, sk: _sk, expiresAt: _expiresAt, ...pod } = item;
  return pod as unknown as WaitingPod;
}
