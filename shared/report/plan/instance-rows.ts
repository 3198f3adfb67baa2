import { whoseInstance } from '../../explain/plan/service-explanation.ts';
import { type Claim, isDeregistered } from '../../model/records/registration.ts';
import type { SeenInstance } from '../../model/service-view.ts';
import { byText } from './bounds.ts';
import type { ServiceFacts } from './facts.ts';
import type { InstanceRow } from './report.ts';

/** What Cloud Map returns, then the claims on instances that are not, or no longer, there. Those at fault come first. */
export function instanceRows(
  { instances = new Map(), claims = new Map() }: ServiceFacts,
  clusters: readonly string[],
): readonly InstanceRow[] {
  const listed = [...instances].map(([id, instance]) => listedRow(id, instance, claims.get(id), clusters));
  // The claim of a deregistered instance is kept until the next sweep.
  const missing = [...claims.values()].filter(
    (claim) => !instances.has(claim.instanceId) && !isDeregistered(claim),
  );
  const rows = [...listed, ...missing.map((claim) => claimedRow(claim, clusters))];
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b) || byId(a, b));
}

const byId = byText(({ instanceId }: InstanceRow) => instanceId);

function rankOf({ health, state, owner }: InstanceRow): number {
  if (health === 'UNHEALTHY') return 0;
  if (state !== 'registered') return 1;
  return owner === 'ours' ? 3 : 2;
}

function listedRow(
  instanceId: string,
  { attributes, health }: SeenInstance,
  claim: Claim | undefined,
  clusters: readonly string[],
): InstanceRow {
  return {
    ...{ instanceId, state: claim?.phase === 'releasing' ? 'deregistering' : 'registered' },
    ...(health !== undefined && { health }),
    ...ownerOf(attributes, claim, clusters),
    attributes: Object.entries(attributes).toSorted(byText(([name]) => name)),
  };
}

function claimedRow(claim: Claim, clusters: readonly string[]): InstanceRow {
  const { namespace, name, cluster } = claim.owner;
  return {
    instanceId: claim.instanceId,
    state: claim.phase === 'releasing' ? 'deregistering' : 'registering',
    ...ownerOf(null, claim, clusters),
    ...{ owner: 'ours', pod: `${namespace}/${name}`, cluster, attributes: [] },
  };
}

function ownerOf(
  attributes: SeenInstance['attributes'] | null,
  claim: Claim | undefined,
  clusters: readonly string[],
): Pick<InstanceRow, 'owner' | 'ownerReason' | 'pod' | 'cluster'> {
  const { kind, reason, pod, cluster } = whoseInstance(attributes, claim, clusters);
  return { owner: kind, ownerReason: reason, ...(pod && { pod }), ...(cluster && { cluster }) };
}
