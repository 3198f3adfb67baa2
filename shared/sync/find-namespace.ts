import type { ClusterConfig } from '../model/cluster-config.ts';
import { RefusedError, RetryableError } from '../model/errors.ts';
import { chooseNamespace } from '../plan/choose-namespace.ts';
import { matchesWildcard } from '../plan/tenancy.ts';
import { awaitEnd, operationFailed } from './operations.ts';
import type { CloudMap, CloudMapNamespace, World } from './ports.ts';

/** The namespace of a name; undefined where there is none. Throws a RefusedError where it may not be used. */
export async function findNamespace(
  cloudMap: Pick<CloudMap, 'namespacesNamed'>,
  name: string,
): Promise<CloudMapNamespace | undefined> {
  const choice = chooseNamespace(name, await cloudMap.namespacesNamed(name));
  if ('refusal' in choice) throw new RefusedError(choice.refusal);
  return 'namespace' in choice ? choice.namespace : undefined;
}

export async function findOrCreateNamespace(
  world: World,
  cloudMap: CloudMap,
  name: string,
  config: ClusterConfig,
): Promise<CloudMapNamespace> {
  const existing = await findNamespace(cloudMap, name);
  if (existing !== undefined) return existing;
  const create = config.cloudMap.namespaces.find((entry) => matchesWildcard(entry.name, name))?.create;
  if (create === undefined)
    throw new RefusedError(
      `Cloud Map namespace ${name} does not exist, and clusters.yml does not name its kind for cluster ${config.name}: ` +
        'expected an entry of cloudMap.namespaces with create.kind http or private-dns',
    );
  const operationId = await cloudMap.createNamespace(name, create, config.name);
  const operation = operationId && (await awaitEnd(world.clock, cloudMap, operationId));
  const created = await findNamespace(cloudMap, name);
  if (created !== undefined) return created; // even where the operation failed, because another one was first
  if (operationId && operation && operation.status === 'failed')
    throw operationFailed(operationId, operation.error);
  throw new RetryableError(`Cloud Map namespace ${name} was created but is not listed yet`);
}
