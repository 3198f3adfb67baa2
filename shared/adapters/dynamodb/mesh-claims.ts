import type { MeshClaim } from '../../model/records/mesh-claim.ts';
import type { MeshClaimStore } from '../../ports/mesh-ports.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/** Claims on resources of mesh targets: `MESH-CLAIM#<claimant>` / the resource's key. */
export class MeshClaims implements MeshClaimStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async *all(claimant: string): AsyncGenerator<MeshClaim> {
    for await (const item of this.table.query(partitionOf(claimant), '', null)) yield claimOf(item);
  }

  async put<Claim extends MeshClaim>(
    claimant: string,
    next: Omit<Claim, 'revision'>,
    previous: Claim | undefined,
  ): Promise<Claim> {
    const claim = { ...next, revision: (previous?.revision ?? 0) + 1 } as Claim;
    const condition =
      previous === undefined ? { text: 'attribute_not_exists(pk)' } : unchanged(previous.revision);
    const { key, ...fields } = claim;
    await this.table.put({ ...keyOf(claimant, claim), ...fields }, condition);
    return claim;
  }

  async remove(claimant: string, claim: MeshClaim): Promise<void> {
    await this.table.delete(keyOf(claimant, claim), unchanged(claim.revision));
  }
}

function unchanged(revision: number): Expression {
  return { text: '#revision = :revision', values: { ':revision': revision } };
}

function partitionOf(claimant: string): string {
  return `MESH-CLAIM#${claimant}`;
}

function keyOf(claimant: string, { key }: Pick<MeshClaim, 'key'>): ItemKey {
  return { pk: partitionOf(claimant), sk: key };
}

function claimOf({ pk, sk, ...claim }: Item): MeshClaim {
  return { ...claim, key: sk } as unknown as MeshClaim;
}
