import { expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { QuotaExceededError, RefusedError, RetryableError } from '../../../shared/model/errors.ts';
import { resolveService } from '../../../shared/pods/services/resolve-service.ts';
import type { CloudMap, CloudMapNamespace, Operation } from '../../../shared/ports/ports.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

const http = { id: 'ns-1', name: 'shop.local', kind: 'http', httpName: 'shop.local' } as const;
const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const quota = () => Promise.reject(new QuotaExceededError('no more'));

/** The error of the search for a service in a namespace that may be created. */
async function errorOf(cloudMap: Partial<CloudMap>, create: object = { kind: 'http' }) {
  const namespaces = [{ name: '*', create }];
  const [config] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap: { namespaces } }] }).clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const world = aDependencies({ namespacesNamed: async () => [], ...cloudMap });
  const fake = world.deps.cloudMap(world.config);
  const deps = { ...world.deps, cluster: () => config, cloudMap: () => fake };
  const resolving = { known: undefined, ipFamily: 'ipv4', isNew: true } as const;
  return resolveService(deps, key, aPod(), resolving).catch((error: unknown) => error);
}

const ended = (operation: Operation): Partial<CloudMap> => ({
  createNamespace: async () => 'op-1',
  operation: async () => operation,
});
const dns = { kind: 'private-dns', vpc: 'vpc-12345678' };
const listed = async (): Promise<readonly CloudMapNamespace[]> => [http];

it.each<[string, Partial<CloudMap>, object | undefined, string]>([
  ['CreateService', { namespacesNamed: listed, ensureService: quota }, undefined, 'service shop.local/front'],
  ['CreateHttpNamespace', { createNamespace: quota }, undefined, '"Namespaces per Region"'],
  ['CreatePrivateDnsNamespace', { createNamespace: quota }, dns, '"Namespaces per Region"'],
  [
    'the hosted zone of a namespace',
    ended({ status: 'failed', error: 'CANNOT_CREATE_HOSTED_ZONE: taken', isZoneRefused: true }),
    dns,
    'does not create its hosted zone in vpc-12345678: Cloud Map operation op-1 failed: CANNOT_CREATE_HOSTED_ZONE: taken',
  ],
])('%s is refused until a person acts', async (_what, cloudMap, create, text) => {
  const error = await errorOf(cloudMap, create);
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ dependsOn: 'creation', message: expect.stringContaining(text) });
});

it.each<[string, Partial<CloudMap>]>([
  [
    'CreateService',
    { namespacesNamed: listed, ensureService: () => Promise.reject(new RetryableError('x')) },
  ],
  ['CreateHttpNamespace', { createNamespace: () => Promise.reject(new RetryableError('x')) }],
  ['its operation', ended({ status: 'failed', error: 'INTERNAL_FAILURE: x' })],
])('another failure of %s is retried', async (_what, cloudMap) => {
  const error = await errorOf(cloudMap);
  expect(error).toBeInstanceOf(RetryableError);
});
