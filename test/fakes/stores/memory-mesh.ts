import { ConflictError } from '../../../shared/model/errors.ts';
import { type MeshClaim, type ObjectName, objectNameText } from '../../../shared/model/records/mesh-claim.ts';
import type { StatusRecord } from '../../../shared/model/records/status-record.ts';
import type {
  MeshClaimStore,
  MeshRunRecord,
  MeshRunStore,
  StatusStore,
} from '../../../shared/ports/mesh-ports.ts';

/** The stores of the mesh target in memory, held to what DynamoDB does by the contract suite in test/adapters/dynamodb. */
export function memoryMeshStores() {
  return {
    meshClaims: new MemoryMeshClaims(),
    statuses: new MemoryStatuses(),
    meshRuns: new MemoryMeshRuns(),
  };
}

/** As over a wire: a copy, and nothing that is undefined. */
const copy = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

class MemoryMeshClaims implements MeshClaimStore {
  readonly items = new Map<string, MeshClaim>();

  async *all(claimant: string): AsyncGenerator<MeshClaim> {
    for (const [key, claim] of [...this.items].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (key.startsWith(`${claimant} `)) yield copy(claim);
  }

  async put<Claim extends MeshClaim>(
    claimant: string,
    next: Omit<Claim, 'revision'>,
    previous: Claim | undefined,
  ): Promise<Claim> {
    const key = `${claimant} ${next.key}`;
    this.check(key, previous);
    const claim = { ...next, revision: (previous?.revision ?? 0) + 1 } as Claim;
    this.items.set(key, copy(claim));
    return claim;
  }

  async remove(claimant: string, claim: MeshClaim): Promise<void> {
    const key = `${claimant} ${claim.key}`;
    this.check(key, claim);
    this.items.delete(key);
  }

  private check(key: string, previous: MeshClaim | undefined): void {
    if (this.items.get(key)?.revision !== previous?.revision) throw new ConflictError(`${key} changed`);
  }
}

class MemoryStatuses implements StatusStore {
  readonly items = new Map<string, StatusRecord>();

  async *all(cluster: string): AsyncGenerator<StatusRecord> {
    for (const [key, record] of [...this.items].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (key.startsWith(`${cluster} `)) yield copy(record);
  }

  async find(cluster: string, object: ObjectName): Promise<StatusRecord | undefined> {
    return copy(this.items.get(`${cluster} ${objectNameText(object)}`));
  }

  async replace(cluster: string, next: StatusRecord, previous: StatusRecord | undefined): Promise<void> {
    const key = `${cluster} ${objectNameText(next.object)}`;
    this.check(key, previous);
    this.items.set(key, copy(next));
  }

  async remove(cluster: string, record: StatusRecord): Promise<void> {
    const key = `${cluster} ${objectNameText(record.object)}`;
    this.check(key, record);
    this.items.delete(key);
  }

  private check(key: string, previous: StatusRecord | undefined): void {
    const stored = this.items.get(key);
    if (stored?.revision !== previous?.revision || stored?.written !== previous?.written)
      throw new ConflictError(`${key} changed`);
  }
}

class MemoryMeshRuns implements MeshRunStore {
  readonly items = new Map<string, MeshRunRecord>();

  async last(cluster: string): Promise<MeshRunRecord | undefined> {
    return copy(this.items.get(cluster));
  }

  async save(cluster: string, run: MeshRunRecord): Promise<void> {
    this.items.set(cluster, copy(run));
  }
}
