import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { CloudMapService, Tenant } from '../model/records/registration.ts';
import type { ServiceView } from '../model/service-view.ts';
import { desiredInstances } from '../pods/plan/desired/desired.ts';
import { stateOf } from '../pods/plan/eligibility.ts';
import { whyManagedByOther } from '../pods/plan/services/managed-service.ts';
import {
  ContentsBuilder,
  decideOwners,
  type ServiceContents,
  tenantText,
} from '../pods/plan/services/service-owners.ts';
import { whyNotAllowed } from '../pods/plan/services/tenancy.ts';
import { type OwnedService, tenancyThatKeeps } from '../pods/plan/services/tenancy-advice.ts';
import { findOwners } from '../pods/services/find-owners.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { SweepDependencies } from '../ports/sweep-ports.ts';
import type { DriftInput } from './plan/findings/drift-input.ts';

export interface ForeseenRefusal {
  /** `namespace/service`. */
  readonly service: string;
  readonly kubernetesNamespace: string;
  readonly pods: number;
  readonly reason: string;
}

export interface Foreseen {
  readonly refusals: readonly ForeseenRefusal[];
  /** Rules under which no pod is refused, as YAML; absent if the cluster has rules. */
  readonly tenancy?: string | undefined;
}

/** A service that ready pods request, and the number of pods per Kubernetes namespace. */
interface Wanted {
  readonly key: ServiceKey;
  readonly pods: Map<string, number>;
}

/** Before any change: the namespaces whose pods would be refused, and the rules that would allow all of them. */
export async function foreseeRefusals(
  deps: SweepDependencies,
  config: ClusterConfig,
  input: DriftInput,
): Promise<Foreseen> {
  const refusals: ForeseenRefusal[] = [];
  const owned: OwnedService[] = [];
  for (const { key, pods } of wantedServices(config, input)) {
    const service = await deps.services.find(key);
    const reasons =
      config.tenancy === undefined
        ? await byOwners(deps, input, { key, service, namespaces: [...pods.keys()] })
        : new Map([...pods.keys()].map((name) => [name, byRules(config, key, service, name)]));
    for (const [kubernetesNamespace, count] of pods) {
      const managed = service ? whyManagedByOther(key.namespaceName, service, config) : null;
      const reason = managed ?? reasons.get(kubernetesNamespace) ?? null;
      if (reason !== null)
        refusals.push({ service: serviceText(key), kubernetesNamespace, pods: count, reason });
    }
    const owners = [...pods.keys()].map((name) => ({ cluster: config.name, kubernetesNamespace: name }));
    owned.push({ ...key, owners });
  }
  if (config.tenancy !== undefined) return { refusals };
  for await (const service of deps.services.ownedOf(serviceKeyOf(config, noNames).target))
    owned.push(service);
  return { refusals, tenancy: tenancyThatKeeps(config.name, owned) };
}

const noNames = { namespaceName: '', serviceName: '' };

function wantedServices(config: ClusterConfig, input: DriftInput): Iterable<Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const pod of input.pods.values()) {
    if (!input.inScope(pod)) continue;
    const { instances } = desiredInstances(pod, input.registrationContext(pod.namespace), config.cloudMap);
    for (const instance of instances) {
      if (stateOf({ pod, deleted: false }, instance.ipFamily) !== 'ready') continue;
      const key = serviceKeyOf(config, instance);
      const { pods } = wanted.get(serviceText(key)) ?? { pods: new Map<string, number>() };
      wanted.set(serviceText(key), {
        key,
        pods: pods.set(pod.namespace, (pods.get(pod.namespace) ?? 0) + 1),
      });
    }
  }
  return wanted.values();
}

function byRules(
  config: ClusterConfig,
  key: ServiceKey,
  service: CloudMapService | undefined,
  kubernetesNamespace: string,
): string | null {
  const tenant = { cluster: config.name, kubernetesNamespace };
  return whyNotAllowed({ ...tenant, ...key, namespaceKind: service?.namespaceKind }, config.tenancy);
}

/** A service, undefined if it does not exist yet, and the Kubernetes namespaces that want it. */
interface Contended {
  readonly key: ServiceKey;
  readonly service: CloudMapService | undefined;
  readonly namespaces: readonly string[];
}

/** Kubernetes namespace → why it would be refused, if the namespaces register one after the other. */
async function byOwners(
  deps: SweepDependencies,
  input: DriftInput,
  { key, service, namespaces }: Contended,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  const contents = contentsOf(input.services.get(serviceText(key)));
  const ofLivePods = contents.leftovers.filter(({ namespace, pod }) => input.pods.has(`${namespace}/${pod}`));
  const leftoverNamespaces = [...new Set(ofLivePods.map(({ namespace }) => namespace))];
  let current: readonly Tenant[] | undefined = (service && (await findOwners(deps, key, service)))?.owners;
  const isFree = current === undefined && contents.tenants.length + leftoverNamespaces.length === 0;
  let areNew = false;
  for (const kubernetesNamespace of [...namespaces].sort()) {
    const tenant = { cluster: input.config.name, kubernetesNamespace };
    const decision = decideOwners({
      tenant,
      current,
      areNew,
      contents,
      leftoverNamespaces,
      isMadeHere: true,
    });
    if ('refusedFor' in decision) reasons.set(kubernetesNamespace, reasonOf(decision, contents, isFree));
    else {
      areNew = true;
      current = decision.owners;
    }
  }
  return reasons;
}

function reasonOf(
  { refusedFor, owners }: { readonly refusedFor: 'others' | 'owners'; readonly owners: readonly Tenant[] },
  { foreign: [first] }: ServiceContents,
  isFree: boolean,
): string {
  if (refusedFor === 'others') return `it contains foreign instances (${first})`;
  const names = owners.map(tenantText).join(' and ');
  return isFree
    ? `several namespaces request it, and the first to register owns it, such as ${names}`
    : `it is owned by ${names}`;
}

function contentsOf(view: ServiceView | undefined): ServiceContents {
  const contents = new ContentsBuilder();
  for (const claim of view?.claims.values() ?? []) contents.addClaim(claim);
  for (const [id, { attributes }] of view?.instances ?? []) contents.addInstance(id, attributes);
  return contents.build();
}
