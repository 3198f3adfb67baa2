import { AwsError } from '../../protocol.ts';
import { type Context, servicesOf } from '../context.ts';
import type { InstanceRecord, ServiceRecord } from '../records.ts';
import type { Input } from '../shapes.ts';

type HealthFilter = NonNullable<Input<'DiscoverInstances'>['HealthStatus']>;

/** At most MaxResults, in random order, without paging. */
export function discoverInstances(context: Context, input: Input<'DiscoverInstances'>): object {
  const service = findByNames(context, input);
  const matching = ofHealth(service, select(service.discovered.all(), input), input.HealthStatus ?? 'ALL');
  const answered = shuffled(matching, context.random).slice(0, input.MaxResults ?? 100);
  return {
    Instances: answered.map(({ id, health, attributes }) => ({
      InstanceId: id,
      NamespaceName: service.namespace.httpName,
      ServiceName: service.name,
      HealthStatus: health,
      Attributes: attributes,
    })),
    InstancesRevision: service.discovered.revision,
  };
}

export function discoverInstancesRevision(
  context: Context,
  input: Input<'DiscoverInstancesRevision'>,
): object {
  return { InstancesRevision: findByNames(context, input).discovered.revision };
}

/** By the namespace's HttpName; another account's only if OwnerAccount is set. */
function findByNames(
  context: Context,
  { NamespaceName, ServiceName, OwnerAccount }: Input<'DiscoverInstancesRevision'>,
): ServiceRecord {
  const namespace = [...context.namespaces.values()].find(
    ({ httpName, owner }) => httpName === NamespaceName && owner === (OwnerAccount ?? context.accountId),
  );
  if (namespace === undefined) throw new AwsError('NamespaceNotFound', 'Namespace not found');
  const service = servicesOf(context, namespace).find(({ name }) => name === ServiceName);
  if (service === undefined) throw new AwsError('ServiceNotFound', 'Service not found');
  return service;
}

/** QueryParameters must match; OptionalParameters apply only if some instance matches them too. */
function select(
  instances: readonly InstanceRecord[],
  { QueryParameters = {}, OptionalParameters = {} }: Input<'DiscoverInstances'>,
): InstanceRecord[] {
  const matching = instances.filter((instance) => hasAll(instance, QueryParameters));
  const preferred = matching.filter((instance) => hasAll(instance, OptionalParameters));
  return preferred.length > 0 ? preferred : matching;
}

function hasAll({ attributes }: InstanceRecord, parameters: Readonly<Record<string, string>>): boolean {
  return Object.entries(parameters).every(([key, value]) => attributes[key] === value);
}

/** The filter is ignored for services without a health check. */
function ofHealth(
  service: ServiceRecord,
  instances: InstanceRecord[],
  filter: HealthFilter,
): InstanceRecord[] {
  const isChecked = service.hasCustomHealthCheck || service.healthCheckConfig !== undefined;
  if (!isChecked || filter === 'ALL') return instances;
  const wanted = filter === 'UNHEALTHY' ? 'UNHEALTHY' : 'HEALTHY';
  const matching = instances.filter(({ health }) => health === wanted);
  return filter === 'HEALTHY_OR_ELSE_ALL' && matching.length === 0 ? instances : matching;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
