import { describe, expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import {
  NotFoundError,
  PermanentError,
  RefusedError,
  RetryableError,
  WaitError,
} from '../../../shared/model/errors.ts';
import type { CloudMapService } from '../../../shared/model/records/registration.ts';
import { resolveService } from '../../../shared/pods/services/resolve-service.ts';
import type { CloudMap, CloudMapNamespace } from '../../../shared/ports/ports.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const namespace = { id: 'ns-1', name: 'shop.local', kind: 'http', httpName: 'shop.local' } as const;
const service: CloudMapService = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  hasCustomHealthCheck: true,
};
const anyone = [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }];
const foreign = { 'k8s.io/cluster': 'second', 'k8s.io/namespace': 'shop', 'k8s.io/pod': 'x' };

interface Given {
  readonly config?: object;
  readonly known?: CloudMapService;
  readonly cloudMap?: Partial<CloudMap>;
  readonly ipFamily?: 'ipv4' | 'ipv6' | 'dual';
  /** Service id → name of the pod whose claim on it is stored. */
  readonly claims?: Readonly<Record<string, string>>;
  readonly instances?: readonly Readonly<Record<string, string>>[];
  /** The cluster whose namespace `shop` has just become the owner. */
  readonly owner?: string;
}

/** The resolved service or the error, and what was called, stored and sent for it. */
async function resolved(given: Given = {}) {
  const calls: unknown[] = [];
  const world = aDependencies({
    namespacesNamed: async () => {
      calls.push('list namespaces');
      return [namespace];
    },
    ensureService: async (wanted) => {
      calls.push(wanted);
      return 'srv-1';
    },
    describeService: async () => service,
    async *listInstances() {
      for (const [index, attributes] of (given.instances ?? []).entries())
        yield { id: `${index}`, attributes };
    },
    ...given.cloudMap,
  });
  const { stores, clock, sent } = world;
  clock.nowMs = 1e12;
  const [config = world.config] = clustersFile.parse({
    clusters: [{ name: 'local', ...given.config }],
  }).clusters;
  const cloudMap = world.deps.cloudMap(config);
  const deps = { ...world.deps, cluster: () => config, cloudMap: () => cloudMap };
  for (const [index, [serviceId, name]] of Object.entries(given.claims ?? {}).entries()) {
    const owner = { cluster: 'local', namespace: 'shop', name, uid: name };
    await stores.claims.take({ service: key, instanceId: `10.0.0.${index}` }, owner, serviceId, 0);
  }
  const { known, ipFamily = 'ipv4', owner } = given;
  if (owner !== undefined)
    await stores.services.replaceOwners(
      { ...key, chosen: 'ns-1' },
      {
        ...{ owners: [{ cluster: owner, kubernetesNamespace: 'shop' }], leftoverNamespaces: [] },
        ...{ sinceMs: 1e12, checkedAtMs: 1e12 },
      },
      undefined,
    );
  const find = (family = ipFamily) =>
    resolveService(deps, key, aPod(), { known, ipFamily: family, isNew: true });
  const result = await find().catch((error: unknown) => error);
  const saved = await stores.services.find(key);
  const owners = await stores.services.owners({ ...key, chosen: 'ns-1' });
  const used = await stores.usedServices.find('local', key);
  return { result, calls, saved, owners, used, sent, find };
}
const create = {
  ...{
    name: 'front',
    namespace,
    recordTypes: ['A'],
    ttlSeconds: 300,
    hasCustomHealthCheck: true,
    cluster: 'local',
  },
};

describe('a service that is not known', () => {
  it('is found or created, owned and saved', async () => {
    const { result, calls, saved, owners, used } = await resolved();
    expect([result, saved]).toEqual([service, service]);
    expect(calls).toEqual(['list namespaces', { ...create, ttlSeconds: expect.any(Number) }]);
    expect(owners?.owners).toEqual([{ cluster: 'local', kubernetesNamespace: 'shop' }]);
    expect(used).toEqual({ service: key, usedAtMs: 1e12 });
  });

  it.each([
    ['ipv4', ['A']],
    ['ipv6', ['AAAA']],
    ['dual', ['A', 'AAAA']],
  ] as const)('has the records of the family %s: %j', async (ipFamily, recordTypes) => {
    expect((await resolved({ ipFamily })).calls.at(-1)).toMatchObject({ recordTypes });
  });

  it('has a health check and a TTL as clusters.yml says', async () => {
    for (const [healthCheck, hasCustomHealthCheck] of [
      ['custom', true],
      ['none', false],
    ] as const) {
      const config = { cloudMap: { services: { healthCheck, ttlSeconds: 7 } } };
      expect((await resolved({ config })).calls.at(-1)).toEqual({
        ...create,
        hasCustomHealthCheck,
        ttlSeconds: 7,
      });
    }
  });

  it('is owned by nobody where there are tenancy rules', async () => {
    const { result, owners } = await resolved({ config: { tenancy: anyone }, instances: [foreign] });
    expect([result, owners]).toEqual([service, undefined]);
  });

  it.each<[string, Given, string]>([
    [
      'in a public namespace',
      {
        cloudMap: {
          namespacesNamed: async () => [{ ...namespace, kind: 'public-dns' } as CloudMapNamespace],
        },
      },
      'Cloud Map namespace shop.local is a public DNS namespace: pod addresses are not published to the Internet',
    ],
    [
      'by the tenancy rules',
      { config: { tenancy: [{ kubernetesNamespaces: ['blue'], cloudMapNamespaces: ['*'] }] } },
      'no tenancy rule of cluster local lets namespace shop register into shop.local/front',
    ],
    [
      'by a rule in another case, since an HTTP namespace distinguishes them',
      { config: { tenancy: [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['SHOP.local'] }] } },
      'no tenancy rule of cluster local lets namespace shop register into shop.local/front',
    ],
    [
      'in another spelling',
      { cloudMap: { describeService: async () => ({ ...service, name: 'Front' }) } },
      'Cloud Map service shop.local/front is named shop.local/Front; ' +
        'in a DNS namespace names that differ only by case are one name: write shop.local/Front',
    ],
    [
      'of another program',
      { cloudMap: { describeService: async () => ({ ...service, managedBy: 'external-dns' }) } },
      'service shop.local/front is managed by external-dns',
    ],
    [
      'of others',
      { instances: [foreign] },
      'service shop.local/front belongs to namespace shop of cluster second',
    ],
  ])('is refused %s', async (_why, given, message) => {
    const { result, saved } = await resolved(given);
    expect(result).toBeInstanceOf(RefusedError);
    expect((result as Error).message).toContain(message);
    expect(saved).toBeUndefined();
  });

  it('is not created if others own one of its name', async () => {
    const { result, calls, used } = await resolved({ owner: 'second' });
    expect(result).toBeInstanceOf(RefusedError);
    expect((result as Error).message).toContain('belongs to namespace shop of cluster second');
    expect([calls, used]).toEqual([['list namespaces'], undefined]);
    expect((await resolved({ owner: 'local' })).result).toEqual(service);
    const ruled = await resolved({ owner: 'second', config: { tenancy: anyone } });
    expect(ruled.result).toEqual(service);
  });

  it('is searched for once by all who search for the same', async () => {
    const { calls, find } = await resolved();
    calls.length = 0;
    await Promise.all([find(), find(), find('ipv6')]);
    expect(calls).toMatchObject([{ recordTypes: ['A'] }, { recordTypes: ['AAAA'] }]);
  });

  it('is searched for again once it is found, and after a failure', async () => {
    let describes = 0;
    const describeService = async () => {
      describes += 1;
      if (describes === 1) throw new RetryableError('busy');
      return service;
    };
    const { result, find } = await resolved({ cloudMap: { describeService } });
    expect(result).toMatchObject({ message: 'busy' });
    expect(await find()).toEqual(service);
    expect(await Promise.all([find(), find()])).toEqual([service, service]);
    expect(describes).toBe(3);
  });
});

describe('a service that was replaced by one of another id', () => {
  it('has the other pods of the former one resync', async () => {
    const { sent } = await resolved({
      claims: { 'srv-0': 'front-2', 'srv-1': 'front-3', 'srv-9': 'front-1' },
    });
    expect(sent).toMatchObject([
      {
        ...{ type: 'Pod Resync Requested', group: 'local/shop/front-2', run: 'srv-1' },
        reason: 'Cloud Map service shop.local/front was replaced by srv-1',
      },
    ]);
  });
});

describe('a service that is known', () => {
  it('costs no call', async () => {
    const { result, calls, owners } = await resolved({ known: service });
    expect([result, calls]).toEqual([service, []]);
    expect(owners?.owners).toEqual([{ cluster: 'local', kubernetesNamespace: 'shop' }]);
    expect((await resolved({ known: service, config: { tenancy: anyone } })).owners).toBeUndefined();
  });

  it('is refused as one that is not known', async () => {
    const messageOf = async (given: Given) =>
      ((await resolved({ known: service, ...given })).result as Error).message;
    expect(await messageOf({ known: { ...service, managedBy: 'external-dns' } })).toContain(
      'managed by external-dns',
    );
    expect(await messageOf({ instances: [foreign] })).toContain(
      'belongs to namespace shop of cluster second',
    );
    const ofOtherCase = [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['SHOP.local'] }];
    expect(await messageOf({ config: { tenancy: ofOtherCase } })).toContain('no tenancy rule');
    const dns = { ...service, namespaceKind: 'private-dns' } as const;
    expect((await resolved({ known: dns, config: { tenancy: ofOtherCase } })).result).toEqual(dns);
  });
});

describe('a search that has to wait for its turn', () => {
  it.each([
    ['Throttled', 2_001, 2_000],
    ['Throttled', 2_000, 2_000],
    ['Throttled', 1_999, 1_999],
    [undefined, 60_000, 60_000],
  ] as const)('%s for %i ms is tried again after %i', async (code, retryAfterMs, after) => {
    const wait = new WaitError('wait', { code, retryAfterMs });
    const { result } = await resolved({ cloudMap: { ensureService: () => Promise.reject(wait) } });
    expect(result).toBeInstanceOf(WaitError);
    expect(result).toMatchObject({ message: 'wait', retryAfterMs: after, code: code ?? 'Waiting' });
    if (after === retryAfterMs) expect(result).toBe(wait);
    else expect(result).toMatchObject({ cause: wait });
  });
});

describe('a namespace that is gone', () => {
  const failingOnce = (error: Error, isAlways = false) => {
    let calls = 0;
    return async () => {
      calls += 1;
      if (isAlways || calls === 1) throw error;
      return 'srv-1';
    };
  };

  it('is listed once more', async () => {
    const gone = new NotFoundError('namespace', 'gone');
    const { result, calls } = await resolved({ cloudMap: { ensureService: failingOnce(gone) } });
    expect([result, calls]).toEqual([service, ['list namespaces', 'list namespaces']]);
    const always = await resolved({ cloudMap: { ensureService: failingOnce(gone, true) } });
    expect([always.result, always.calls.length]).toEqual([gone, 2]);
  });

  it('is not, if something else is gone, or if it was not listed', async () => {
    for (const error of [new NotFoundError('service', 'gone'), new PermanentError('denied')]) {
      const { result, calls } = await resolved({ cloudMap: { ensureService: failingOnce(error) } });
      expect([result, calls]).toEqual([error, ['list namespaces']]);
    }
    const gone = new NotFoundError('namespace', 'gone');
    const namespaces = [{ name: 'shop.local', id: 'ns-1234567890abcdef' }];
    const byId = await resolved({
      config: { cloudMap: { namespaces } },
      cloudMap: { namespaceById: async () => namespace, ensureService: failingOnce(gone) },
    });
    expect([byId.result, byId.calls]).toEqual([gone, []]);
  });
});
