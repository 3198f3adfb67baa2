import { ConflictError } from '../../../shared/model/errors.ts';
import { objectKey, type PodKey } from '../../../shared/model/identity.ts';
import { type Pod, type PodObservation, sightingOfPod } from '../../../shared/model/pod.ts';
import type { Problem } from '../../../shared/model/problem.ts';
import type { GateNote } from '../../../shared/model/records/gate-note.ts';
import type { PodRecord } from '../../../shared/model/records/pod-record.ts';
import {
  type PlaceWait,
  type Registration,
  registrationId,
} from '../../../shared/model/records/registration.ts';
import { isNewer, isSameSighting, type StoredSighting } from '../../../shared/model/version.ts';
import type { PodStore } from '../../../shared/ports/ports.ts';
import { between, bytewise, copy, keyOf, text } from '../memory-values.ts';

export class MemoryPods implements PodStore {
  readonly items = new Map<string, PodRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async record(observation: PodObservation, supersedes?: StoredSighting): Promise<'stored' | 'older'> {
    const { pod, deleted } = observation;
    const stored = this.items.get(text(keyOf(pod)));
    const seen = { pod, deleted, seenAtMs: this.#now() };
    const nothing = { registrations: [], problems: [] };
    if (stored === undefined)
      return this.put({ ...nothing, ...seen, displaced: deleted ? [pod] : [] }, 'stored');
    const { pod: known, displaced = [] } = stored;
    const { state, former } = statesOf(stored);
    const identity = { uid: pod.uid, resourceVersion: pod.resourceVersion, createdAt: pod.createdAt };
    const next = { ...stored, ...seen, pod: deleted ? { ...state, ...identity } : pod };
    if (supersedes !== undefined && isSameSighting(sightingOfPod(stored), supersedes)) {
      const { gate, ...rest } = next;
      return this.put({ ...rest, displaced: deleted ? [state] : [] }, 'stored');
    }
    const others = former ? [former] : [];
    if (isNewer(sightingOfPod(observation), sightingOfPod(stored))) {
      const isAnother = !deleted && pod.uid !== known.uid;
      return this.put(
        { ...next, displaced: deleted ? [state, ...others] : isAnother ? [state] : others },
        'stored',
      );
    }
    const isAsKnown = !stored.deleted && known.uid === pod.uid;
    if (deleted || isAsKnown) return 'older';
    const alive = (other: Pod) => sightingOfPod({ pod: other, deleted: false });
    const isNewerThan = (other: Pod) => isNewer(alive(pod), alive(other));
    if (stored.deleted && state.uid === pod.uid) {
      if (isNewerThan(state))
        this.put({ ...stored, pod: { ...pod, ...identityOf(known) }, displaced: [pod, ...others] });
    } else if (former === undefined || isNewerThan(former))
      this.put({ ...stored, displaced: stored.deleted ? [displaced[0] ?? state, pod] : [pod] });
    return 'older';
  }

  private put<Answer>(record: PodRecord, answer?: Answer): Answer {
    this.items.set(text(keyOf(record.pod)), copy(record));
    return answer as Answer;
  }

  async find(key: PodKey): Promise<PodRecord | undefined> {
    return copy(this.items.get(text(keyOf(key))));
  }

  async addRegistration(key: PodKey, { service, instanceId, uid }: Registration): Promise<void> {
    const others = this.without(key, { service, instanceId });
    this.change(key, { registrations: [...others, { service, instanceId, ...(uid && { uid }) }] });
  }

  async removeRegistration(key: PodKey, registration: Registration): Promise<void> {
    this.change(key, { registrations: this.without(key, registration) });
  }

  async addWait(key: PodKey, wait: PlaceWait): Promise<void> {
    const { waits = [] } = this.existing(key);
    this.change(key, { waits: [...waits.filter((other) => text(other) !== text(wait)), wait] });
  }

  async removeWait(key: PodKey, wait: PlaceWait): Promise<void> {
    const { waits: stored = [], ...rest } = this.existing(key);
    const waits = stored.filter((other) => text(other) !== text(wait));
    this.items.set(text(keyOf(key)), copy({ ...rest, ...(waits.length > 0 && { waits }) }));
  }

  async saveProblems(key: PodKey, problems: readonly Problem[]): Promise<void> {
    this.change(key, { problems });
  }

  async saveGate(key: PodKey, gate: GateNote): Promise<void> {
    this.change(key, { gate });
  }

  /** Nothing expires here: the tests' time is short. */
  async retire(): Promise<void> {}

  async *inRange(cluster: string, from: string, to: string | null): AsyncGenerator<PodRecord> {
    const found = [...this.items.values()].filter(
      ({ pod }) => pod.cluster === cluster && between(objectKey(pod), from, to),
    );
    yield* copy(found.sort((a, b) => bytewise(objectKey(a.pod), objectKey(b.pod))));
  }

  private without(key: PodKey, registration: Registration): readonly Registration[] {
    const id = registrationId(registration);
    return this.existing(key).registrations.filter((known) => registrationId(known) !== id);
  }

  private change(key: PodKey, changes: Partial<PodRecord>): void {
    this.items.set(text(keyOf(key)), copy({ ...this.existing(key), ...changes }));
  }

  private existing(key: PodKey): PodRecord {
    const record = this.items.get(text(keyOf(key)));
    if (record === undefined) throw new ConflictError(`there is no pod ${text(keyOf(key))}`);
    return record;
  }
}

/** The live state of a record, of before where it is deleted; and that of another pod of the name. */
function statesOf({ pod, deleted, displaced = [] }: PodRecord): { state: Pod; former: Pod | undefined } {
  return deleted
    ? { state: displaced[0] ?? pod, former: displaced[1] }
    : { state: pod, former: displaced[0] };
}

function identityOf({
  uid,
  resourceVersion,
  createdAt,
}: Pod): Pick<Pod, 'uid' | 'resourceVersion' | 'createdAt'> {
  return { uid, resourceVersion, createdAt };
}
