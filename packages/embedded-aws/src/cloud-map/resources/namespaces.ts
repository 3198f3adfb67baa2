import { AwsError } from '../../protocol.ts';
import { arnOf, type Context, findNamespace, resourceOwner, servicesOf } from '../context.ts';
import { randomId } from '../random-id.ts';
import type { NamespaceRecord, NamespaceType, OperationFailure } from '../records.ts';
import type { Input } from '../shapes.ts';
import { applyFilters, type FilterRules } from './filters.ts';
import { page } from './paging.ts';
import { checkNewTags, setTags } from './tags.ts';

type CreateInput = Input<'CreateHttpNamespace'> &
  Partial<Pick<Input<'CreatePrivateDnsNamespace'>, 'Vpc' | 'Properties'>>;
type UpdateInput = Input<'UpdatePrivateDnsNamespace'>;

const isNotEmpty = 'Namespace contains services; delete the services before deleting the namespace';

/** The handler of CreateHttpNamespace, CreatePrivateDnsNamespace or CreatePublicDnsNamespace. */
export function createNamespace(type: NamespaceType): (context: Context, input: CreateInput) => object {
  return (context, input) => {
    const { operations, namespaces } = context;
    const subject = `namespace of type ${type} and name ${input.Name} ${input.Vpc ?? ''}`;
    const request = input.CreatorRequestId === undefined ? undefined : input;
    const repeated = operations.repeated(subject, request);
    const isUnderWay = operations.running().some((operation) => operation === repeated);
    if (repeated && (isUnderWay || namespaces.has(repeated.targets.NAMESPACE ?? '')))
      return { OperationId: repeated.id };
    operations.refuseDuplicate(subject);
    checkNewTags(input.Name, input.Tags);
    refuseExisting(context, type, input.Name);
    refuseBeyondQuota(context);
    const namespace = newNamespace(context, type, input);
    return {
      OperationId: operations.submit({
        type: 'CREATE_NAMESPACE',
        subject,
        request,
        targets: { NAMESPACE: namespace.id },
        namespaceId: namespace.id,
        owner: namespace.owner,
        apply: () => add(context, namespace, input),
      }),
    };
  };
}

export function updateNamespace(type: NamespaceType): (context: Context, input: UpdateInput) => object {
  return (context, input) => {
    const namespace = findNamespace(context, input.Id);
    if (namespace.type !== type) throw new AwsError('NamespaceNotFound', 'Namespace not found');
    const subject = `namespace ${namespace.id}`;
    const request = input.UpdaterRequestId === undefined ? undefined : input;
    const repeated = context.operations.repeated(subject, request);
    if (repeated !== undefined) return { OperationId: repeated.id };
    return {
      OperationId: context.operations.submit({
        type: 'UPDATE_NAMESPACE',
        subject,
        request,
        targets: { NAMESPACE: namespace.id },
        namespaceId: namespace.id,
        owner: namespace.owner,
        apply: () => update(namespace, input.Namespace),
      }),
    };
  };
}

export function deleteNamespace(context: Context, { Id }: Input<'DeleteNamespace'>): object {
  const namespace = findNamespace(context, Id);
  if (servicesOf(context, namespace).length > 0) throw new AwsError('ResourceInUse', isNotEmpty);
  return {
    OperationId: context.operations.submit({
      type: 'DELETE_NAMESPACE',
      subject: `namespace ${namespace.id}`,
      targets: { NAMESPACE: namespace.id },
      namespaceId: namespace.id,
      owner: namespace.owner,
      apply: () => remove(context, namespace),
    }),
  };
}

export function getNamespace(context: Context, { Id }: Input<'GetNamespace'>): object {
  const namespace = findNamespace(context, Id);
  return {
    Namespace: { ...summary(context, namespace), CreatorRequestId: namespace.creatorRequestId },
  };
}

/** Filters after paging, as AWS documents it: an empty page may have a NextToken. */
export function listNamespaces(context: Context, input: Input<'ListNamespaces'>): object {
  const { items, nextToken } = page('ListNamespaces', [...context.namespaces.values()], input);
  const shown = applyFilters(items, input.Filters, filterRules(context));
  return { Namespaces: shown.map((namespace) => summary(context, namespace)), NextToken: nextToken };
}

const filterRules = (context: Context): FilterRules<NamespaceRecord> => ({
  TYPE: { of: ({ type }) => type, conditions: ['EQ', 'BEGINS_WITH'] },
  NAME: { of: ({ name }) => name, conditions: ['EQ', 'BEGINS_WITH'] },
  HTTP_NAME: { of: ({ httpName }) => httpName, conditions: ['EQ', 'BEGINS_WITH'] },
  RESOURCE_OWNER: { of: (namespace) => resourceOwner(context, namespace), conditions: ['EQ'] },
});

function summary(context: Context, namespace: NamespaceRecord): object {
  const { id, arn, name, type, description, httpName, hostedZoneId, soaTtl, createdAtMs } = namespace;
  return {
    Id: id,
    Arn: arn,
    ResourceOwner: namespace.owner,
    Name: name,
    Type: type,
    Description: description,
    ServiceCount: servicesOf(context, namespace).length,
    Properties: {
      DnsProperties: { HostedZoneId: hostedZoneId, SOA: soaTtl === undefined ? {} : { TTL: soaTtl } },
      HttpProperties: { HttpName: httpName },
    },
    CreateDate: new Date(createdAtMs),
  };
}

/**
 * Private DNS namespaces in different VPCs may have the same name; in the same VPC the operation fails (see `add`).
 */
function refuseExisting(context: Context, type: NamespaceType, name: string): void {
  if (type === 'DNS_PRIVATE') return;
  const existing = ownNamespaces(context).find((other) => other.type === type && hasSameName(other, name));
  if (existing === undefined) return;
  throw new AwsError('NamespaceAlreadyExists', 'Namespace already exists', {
    members: { CreatorRequestId: existing.creatorRequestId, NamespaceId: existing.id },
  });
}

function ownNamespaces({ namespaces, accountId }: Context): NamespaceRecord[] {
  return [...namespaces.values()].filter(({ owner }) => owner === accountId);
}

/** A DNS namespace is a hosted zone, whose name is case-insensitive. */
function hasSameName({ type, name }: NamespaceRecord, other: string): boolean {
  return type === 'HTTP' ? name === other : name.toLowerCase() === other.toLowerCase();
}

function refuseBeyondQuota(context: Context): void {
  const { operations, settings } = context;
  const coming = operations.running().filter(({ type }) => type === 'CREATE_NAMESPACE').length;
  const limit = settings.quotas.namespaces;
  if (ownNamespaces(context).length + coming >= limit)
    throw new AwsError('ResourceLimitExceeded', `The account cannot have more than ${limit} namespaces`);
}

/** "If you reuse Name for namespace creation, a generated hash is added to HttpName to distinguish the two." */
function newNamespace(context: Context, type: NamespaceType, input: CreateInput): NamespaceRecord {
  const id = `ns-${randomId(context.random, 16)}`;
  const isReused = ownNamespaces(context).some(({ httpName }) => httpName === input.Name);
  const isDns = type !== 'HTTP';
  return {
    id,
    order: context.next(),
    arn: arnOf(context, context.accountId, 'namespace', id),
    owner: context.accountId,
    name: input.Name,
    httpName: isReused ? `${input.Name}-${randomId(context.random, 8)}` : input.Name,
    type,
    vpc: input.Vpc,
    hostedZoneId: isDns ? `Z${randomId(context.random, 20).toUpperCase()}` : undefined,
    creatorRequestId: input.CreatorRequestId ?? '',
    createdAtMs: context.clock.now(),
    description: input.Description,
    soaTtl: isDns ? (input.Properties?.DnsProperties.SOA.TTL ?? 15) : undefined,
  };
}

function add(
  context: Context,
  namespace: NamespaceRecord,
  { Tags }: CreateInput,
): OperationFailure | undefined {
  const { name, vpc } = namespace;
  const isTaken = [...context.namespaces.values()].some(
    (other) => hasSameName(other, name) && other.vpc === vpc,
  );
  if (vpc !== undefined && isTaken)
    return {
      code: 'CANNOT_CREATE_HOSTED_ZONE',
      message:
        `The VPC that you chose, ${vpc} in region ${context.region}, is already associated with another private ` +
        `hosted zone that has an overlapping name space, ${name}..`,
    };
  context.namespaces.set(namespace.id, namespace);
  setTags(context, namespace.arn, Tags);
  return undefined;
}

function update(
  namespace: NamespaceRecord,
  { Description, Properties }: UpdateInput['Namespace'],
): undefined {
  namespace.description = Description ?? namespace.description;
  namespace.soaTtl = Properties?.DnsProperties.SOA.TTL ?? namespace.soaTtl;
}

/** A service may have been created after the deletion was accepted. */
function remove(context: Context, namespace: NamespaceRecord): OperationFailure | undefined {
  if (servicesOf(context, namespace).length > 0) return { code: 'INTERNAL_FAILURE', message: isNotEmpty };
  context.namespaces.delete(namespace.id);
  context.tags.delete(namespace.arn);
  return undefined;
}
