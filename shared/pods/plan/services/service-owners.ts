import { type Claim, isDeregistered, type Tenant } from '../../../model/records/registration.ts';
import { virtualNodeAttribute } from '../desired/source-attributes.ts';
import { isLeftover } from '../ownership.ts';

type Attributes = Readonly<Record<string, string>>;

export interface Leftover {
  readonly namespace: string;
  readonly pod: string;
}

/** What a service contains, by owner. */
export interface ServiceContents {
  /** Tenants with instances or claims. */
  readonly tenants: readonly Tenant[];
  /** Instances that the old App Mesh controller registered; they do not name their cluster. */
  readonly leftovers: readonly Leftover[];
  /** Ids of instances that neither this system nor the old controller registered. */
  readonly foreign: readonly string[];
}

/** Builds the contents of a service from its instances and the claims on them. */
export class ContentsBuilder {
  private readonly tenants = new Map<string, Tenant>();
  private readonly leftovers: Leftover[] = [];
  private readonly foreign: string[] = [];

  addInstance(id: string, attributes: Attributes): void {
    const { 'k8s.io/cluster': cluster, 'k8s.io/namespace': kubernetesNamespace } = attributes;
    if (cluster !== undefined) {
      if (kubernetesNamespace !== undefined) this.addTenant({ cluster, kubernetesNamespace });
    } else if (isLeftover(attributes)) this.leftovers.push(leftoverOf(attributes));
    else this.foreign.push(id);
  }

  addClaim(claim: Pick<Claim, 'owner' | 'phase' | 'operationId'>): void {
    const { owner } = claim;
    if (!isDeregistered(claim))
      this.addTenant({ cluster: owner.cluster, kubernetesNamespace: owner.namespace });
  }

  build(): ServiceContents {
    return { tenants: [...this.tenants.values()], leftovers: this.leftovers, foreign: this.foreign };
  }

  private addTenant({ cluster, kubernetesNamespace }: Tenant): void {
    this.tenants.set(`${cluster}/${kubernetesNamespace}`, { cluster, kubernetesNamespace });
  }
}

export type OwnersDecision =
  | { readonly owners: readonly Tenant[] }
  | { readonly refusedFor: 'others' | 'owners'; readonly owners: readonly Tenant[] };

interface Situation {
  readonly tenant: Tenant;
  /** As stored; undefined if the service has not been used. */
  readonly current: readonly Tenant[] | undefined;
  /** The current owners have had no time to register yet. */
  readonly areNew: boolean;
  readonly contents: ServiceContents;
  /** Namespaces of the tenant's cluster with live pods that have leftovers of the old controller in the service. */
  readonly leftoverNamespaces: readonly string[];
  /** This system created the service: instances that others add do not lock out its owners. */
  readonly isMadeHere: boolean;
}

/**
 * Who owns a service without tenancy rules when a pod of a namespace arrives. Decision table:
 *   the service contains                                    | owners
 *   instances of others, in a service that is not our own   | unchanged, and the pod is refused
 *   the owners, or namespaces with leftovers of live pods   | all of these
 *   none of them, but other namespaces                      | these
 *   nothing                                                 | the namespace of the pod
 */
export function decideOwners(situation: Situation): OwnersDecision {
  const { tenant, current = [], contents, isMadeHere } = situation;
  const isOwner = includesTenant(current, tenant);
  if (contents.foreign.length > 0 && !(isOwner && isMadeHere))
    return { refusedFor: 'others', owners: current };
  const owners = ownersOf(situation);
  return includesTenant(owners, tenant) ? { owners } : { refusedFor: 'owners', owners };
}

function ownersOf({
  tenant,
  current = [],
  areNew,
  contents,
  leftoverNamespaces,
}: Situation): readonly Tenant[] {
  const fromLeftovers = leftoverNamespaces.map((kubernetesNamespace) => ({
    cluster: tenant.cluster,
    kubernetesNamespace,
  }));
  const staying = current.filter(
    (owner) => areNew || includesTenant(contents.tenants, owner) || includesTenant([tenant], owner),
  );
  const before = [...staying, ...fromLeftovers.filter((owner) => !includesTenant(staying, owner))];
  if (before.length > 0) return before;
  return contents.tenants.length > 0 ? contents.tenants : [tenant];
}

export function includesTenant(
  tenants: readonly Tenant[],
  { cluster, kubernetesNamespace }: Tenant,
): boolean {
  return tenants.some(
    (other) => other.cluster === cluster && other.kubernetesNamespace === kubernetesNamespace,
  );
}

/** `namespace shop of cluster local`. */
export function tenantText({ cluster, kubernetesNamespace }: Tenant): string {
  return `namespace ${kubernetesNamespace} of cluster ${cluster}`;
}

/** Early versions of the controller named the namespace only in the virtual node, `name_namespace`. */
function leftoverOf(attributes: Attributes): Leftover {
  const node = attributes[virtualNodeAttribute] ?? '';
  return {
    namespace: attributes['k8s.io/namespace'] ?? node.slice(node.lastIndexOf('_') + 1),
    pod: attributes['k8s.io/pod'] ?? '',
  };
}
