import { resourceKey } from '../../mesh/targets/app-mesh/plan/resource-name.ts';
import type { MeshClaim } from '../../model/records/mesh-claim.ts';
import type { MeshClaimStore } from '../../ports/mesh-ports.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/** Claims on App Mesh resources: `MESH-CLAIM#<claimant>` (claimantOf in model/mesh-claim.ts) / the resource's key. */
export class MeshClaims implements MeshClaimStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async *all(claimant: string): AsyncGenerator<MeshClaim> {
    for await (const item of this.table.query(partitionOf(claimant), '', null)) yield claimOf(item);
  }

  async put(
    claimant: string,
    next: Omit<MeshClaim, 'revision'>,
    previous: MeshClaim | undefined,
  ): Promise<MeshClaim> {
    const claim = { ...next, revision: (previous?.revision ?? 0) + 1 };
    const condition =
      previous === undefined ? { text: 'attribute_not_exists(pk)' } : unchanged(previous.revision);
    await this.table.put({ ...keyOf(claimant, claim), ...claim }, condition);
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

function keyOf(claimant: string, { resource }: MeshClaim): ItemKey {
  return { pk: partitionOf(claimant), sk: resourceKey(resource) };
}

function claimOf({ pk, sk, ...claim }: Item): MeshClaim {
  return claim as unknown as MeshClaim;
}
