import type { ClusterConfig } from '../../model/cluster-config.ts';
import { NotFoundError, RefusedError, RetryableError, SyncError } from '../../model/errors.ts';
import type {
  CloudMap,
  CloudMapNamespace,
  Dependencies,
  NamespaceReader,
  Operation,
} from '../../ports/ports.ts';
import { awaitEnd, operationFailed } from '../operations.ts';
import { accept, type Choice, chooseNamespace, namespaceEntry } from '../plan/services/choose-namespace.ts';
import { namespaceRefused, refusing, zoneRefused } from '../plan/services/creation-refused.ts';
import { listingsOf, type NamespaceListing } from './namespace-listings.ts';

/** The namespace of a name; undefined if there is none. Throws a RefusedError if it may not be used. */
export async function findNamespace(
  cloudMap: NamespaceReader,
  name: string,
  config: ClusterConfig,
): Promise<CloudMapNamespace | undefined> {
  const { id, arn, vpc } = namespaceEntry(config, name) ?? {};
  const choice = await choose(cloudMap, name, { cluster: config.name, vpc, id: id ?? arn });
  if ('refusal' in choice) throw new RefusedError(choice.refusal);
  return 'namespace' in choice ? choice.namespace : undefined;
}

interface Wanted {
  readonly cluster: string;
  readonly id?: string | undefined;
  readonly vpc?: string | undefined;
}

async function choose(
  cloudMap: NamespaceReader,
  name: string,
  wanted: Wanted,
): Promise<Choice<CloudMapNamespace>> {
  if (wanted.id !== undefined) return chooseById(cloudMap, name, wanted.id);
  const listed = await cloudMap.namespacesNamed(name);
  const internal = listed.filter(({ kind }) => kind !== 'public-dns');
  if (wanted.vpc === undefined && internal.length < 2) return chooseNamespace(name, listed, wanted);
  const isMessage = wanted.vpc === undefined; // the VPCs are only needed for the message
  const placed = [];
  for (const namespace of listed) placed.push(await withVpcs(cloudMap, namespace, isMessage));
  return chooseNamespace(name, placed, wanted);
}

async function chooseById(
  cloudMap: NamespaceReader,
  name: string,
  id: string,
): Promise<Choice<CloudMapNamespace>> {
  try {
    return accept(await cloudMap.namespaceById(id), name);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return {
      refusal: `Cloud Map has no namespace ${id}, which the entry ${name} of cloudMap.namespaces in clusters.yml chooses`,
    };
  }
}

async function withVpcs(
  cloudMap: NamespaceReader,
  namespace: CloudMapNamespace,
  isOptional: boolean,
): Promise<CloudMapNamespace> {
  try {
    return namespace.kind === 'private-dns'
      ? { ...namespace, vpcs: await cloudMap.vpcsOf(namespace) }
      : namespace;
  } catch (error) {
    if (isOptional && error instanceof SyncError) return namespace;
    throw error;
  }
}

/**
 * The same, from a listing of the last seconds if it has a namespace that may be used. Whatever else it says may have
 * been changed since, so then it is listed again.
 */
async function findInRecent(
  { clock }: Pick<Dependencies, 'clock'>,
  cloudMap: NamespaceReader,
  name: string,
  config: ClusterConfig,
): Promise<CloudMapNamespace | undefined> {
  const listings = listingsOf(cloudMap, clock);
  const find = (listing: () => NamespaceListing) =>
    findNamespace(
      {
        namespacesNamed: () => listing().namespaces,
        namespaceById: (id) => cloudMap.namespaceById(id),
        vpcsOf: (namespace) => cloudMap.vpcsOf(namespace),
      },
      name,
      config,
    );
  const recent = listings.recent(name);
  const found = recent && (await find(() => recent).catch(undefinedIfRefused));
  if (found !== undefined && found.kind !== 'public-dns') return found;
  return find(() => listings.after(name, recent));
}

function undefinedIfRefused(error: unknown): undefined {
  if (!(error instanceof RefusedError)) throw error;
}

export async function findOrCreateNamespace(
  deps: Dependencies,
  cloudMap: CloudMap,
  name: string,
  config: ClusterConfig,
): Promise<CloudMapNamespace> {
  const existing = await findInRecent(deps, cloudMap, name, config);
  if (existing !== undefined) return existing;
  const { create, vpc } = namespaceEntry(config, name) ?? {};
  if (create === undefined)
    throw new RefusedError(
      `Cloud Map namespace ${name} does not exist${vpc ? ` in ${vpc}` : ''}, and clusters.yml does not name its kind ` +
        `for cluster ${config.name}: expected an entry of cloudMap.namespaces with create.kind http or private-dns`,
    );
  const operationId = await cloudMap
    .createNamespace(name, create, config.name)
    .catch(refusing((quota) => namespaceRefused(name, quota)));
  const operation = operationId && (await awaitEnd(deps.clock, cloudMap, operationId));
  if (operation) logCreation(deps, name, { operationId, ...operation });
  const created = await findInRecent(deps, cloudMap, name, config);
  if (created !== undefined) return created; // also if the operation failed because another one was first
  if (operationId && operation && operation.status === 'failed') {
    const failure = operationFailed(operationId, operation.error);
    const place = create.kind === 'private-dns' ? create.vpc : undefined;
    throw operation.isZoneRefused ? zoneRefused(name, place, failure) : failure;
  }
  throw new RetryableError(`Cloud Map namespace ${name} was created but is not listed yet`);
}

function logCreation(
  { telemetry }: Dependencies,
  namespace: string,
  { operationId, status, error }: Operation & { readonly operationId: string | undefined },
): void {
  const fields = { call: 'CreateNamespace', namespace, operationId, result: status };
  telemetry?.log(`Cloud Map operation ${status}`, { ...fields, ...(error !== undefined && { error }) });
}
