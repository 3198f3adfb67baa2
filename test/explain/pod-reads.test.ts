import { describe, expect, it } from 'vitest';
import { explain } from '../../shared/explain/explain.ts';
import { explainPod } from '../../shared/explain/explain-pod.ts';
import { explainRequest } from '../../shared/explain/explain-request.ts';
import { NotFoundError } from '../../shared/model/errors.ts';
import { down, failing } from './harness/failing.ts';
import { aClaim, aConfig, aRecord, key, nowMs, production } from './harness/pod-facts.ts';

const nothing = async () => undefined;
const where = 'shop.local/front';
const registration = {
  service: { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' },
  instanceId: '10.0.0.1',
};
const stored = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  hasCustomHealthCheck: true,
};
const record = aRecord({}, { registrations: [registration] });

/** A pod that is registered; what is not given cannot be read. */
function explained(deps: object, config = aConfig()) {
  const usual = {
    ...{ place: production, cluster: () => config, clock: { now: () => nowMs } },
    ...{ pods: { find: async () => record }, claims: failing, services: failing, objects: failing },
    ...{ drains: failing, deadLetters: { of: down }, reports: failing, discovery: () => failing },
    ...{ cloudMap: () => failing, cloudMapReader: () => failing },
  };
  return explainPod({ ...usual, ...deps } as never, key);
}
const failed = (all: readonly { readonly what: string }[]) => all.map(({ what }) => what);
const unread = { inRange: () => [], find: nothing };
const claims = { find: async () => aClaim() };
const services = { find: async () => stored, owners: nothing };

describe('explain of a pod', () => {
  it('names each read that fails', async () => {
    const found = await explained({});
    expect(failed(found.readFailures)).toEqual([
      'the virtual nodes, meshes and namespace',
      'the namespaces of the cluster',
      ...[`the claim on ${where} 10.0.0.1`, `the stored id of ${where}`, `Cloud Map's service ${where}`],
      ...['the dead-lettered messages', 'the virtual nodes, meshes and namespace'],
      'the report of the last sweep',
    ]);
    expect(found).toMatchObject({ seen: 'yes', deadLetters: [], virtualNodes: [] });
    const unseen = await explained({ pods: failing });
    expect([unseen.seen, failed(unseen.readFailures)[0]]).toEqual(['unknown', 'the stored pod']);
    expect((await explained({ pods: { find: nothing } })).seen).toBe('never');
    expect((await explained({ pods: { find: nothing } })).instances).toEqual([]);
  });

  it('names each read that fails of a stored service', async () => {
    const owners = down;
    const found = await explained({ claims, services: { ...services, owners } });
    expect(failed(found.readFailures).slice(2, 6)).toEqual([
      `the operations in progress in ${where}`,
      ...[`instance 10.0.0.1 of ${where}`, `the owners of ${where}`, 'operation op-1'],
    ]);
    expect(found.instances).toMatchObject(
      [
        {
          ...{ ...registration.service, instanceId: '10.0.0.1', serviceId: 'srv-1', serviceIsGone: false },
          ...{ namespace: 'http', hasCustomHealthCheck: true, mayCreateNamespace: false },
          ...{ claim: { phase: 'applied' }, tenancyRefusal: null },
        },
      ].map(({ target: _, ...each }) => each),
    );
    expect(Object.keys(found.instances[0] ?? {})).not.toContain('actual');
  });

  const cloudMapWith = (findInstance: () => Promise<unknown>, operation: () => Promise<unknown> = down) => ({
    ...{ claims, services, cloudMap: () => ({ findInstance, operation }) },
  });
  const instanceIn = async (deps: object, config?: ReturnType<typeof aConfig>) =>
    (await explained(deps, config)).instances[0];

  it('finds that a service is gone, and only a service', async () => {
    const gone = (resource: 'service' | 'instance') => async () => {
      throw new NotFoundError(resource, 'not found');
    };
    expect(await instanceIn(cloudMapWith(gone('service')))).toMatchObject({ serviceIsGone: true });
    const other = await explained(cloudMapWith(gone('instance')));
    expect(other.instances).toMatchObject([{ serviceIsGone: false }]);
    expect(failed(other.readFailures)).toContain(`instance 10.0.0.1 of ${where}`);
  });

  it('finds the instance, and asks DiscoverInstances for it by the uid of the pod', async () => {
    const asked: unknown[] = [];
    const discovery = () => ({
      discover: async (...args: readonly unknown[]) => {
        asked.push(args);
        return new Map([['10.0.0.1', { health: 'HEALTHY' }]]);
      },
    });
    const deps = { ...cloudMapWith(async () => ({ a: '1' })), discovery };
    expect(await instanceIn(deps)).toMatchObject({
      ...{ actual: { a: '1' }, ownership: { kind: 'ours' }, discovered: { health: 'HEALTHY' } },
    });
    expect(asked).toEqual([[stored, { 'k8s.io/pod-uid': 'uid-1' }]]);
    const none = { ...cloudMapWith(nothing), discovery: () => ({ discover: async () => new Map() }) };
    expect(await instanceIn(none)).toMatchObject({ actual: null, discovered: null });
    expect(failed((await explained(cloudMapWith(nothing))).readFailures)).toContain(
      `DiscoverInstances of ${where}`,
    );
  });

  it('takes an instance for its own by its applied claim, and by the attributes otherwise', async () => {
    const ownership = async (claim: ReturnType<typeof aClaim> | undefined) => {
      const deps = { ...cloudMapWith(async () => ({})), claims: { find: async () => claim } };
      return (await instanceIn(deps))?.ownership?.kind;
    };
    expect(await ownership(aClaim())).toBe('ours');
    expect(await ownership(aClaim({ phase: 'claimed' }))).toBe('foreign');
    expect(await ownership(aClaim({ owner: { ...key, uid: 'uid-2' } }))).toBe('foreign');
    expect(await ownership(aClaim({ owner: { ...key, name: 'other', uid: 'uid-1' } }))).toBe('foreign');
    expect(await ownership(undefined)).toBe('foreign');
  });

  it('names the holder of a claim only if it is another pod', async () => {
    const holder = async (owner: typeof key & { readonly uid: string }) =>
      (await instanceIn({ services, claims: { find: async () => aClaim({ owner }) } }))?.holder;
    expect(await holder({ ...key, uid: 'uid-2' })).toBeUndefined();
    expect(await holder({ ...key, name: 'other', uid: 'uid-1' })).toBe('alive');
  });

  it('finds the state of the last operation, or that Cloud Map has forgotten it', async () => {
    const failedOne = async () => ({ status: 'failed', error: 'no' });
    expect((await instanceIn(cloudMapWith(nothing, failedOne)))?.operation).toEqual({
      ...{ id: 'op-1', status: 'failed', error: 'no' },
    });
    const forgotten = async () => {
      throw new NotFoundError('operation', 'not found');
    };
    expect((await instanceIn(cloudMapWith(nothing, forgotten)))?.operation).toEqual({
      ...{ id: 'op-1', status: 'forgotten' },
    });
  });

  it('says whether clusters.yml lets the namespace be created, and where an instance cannot be reached', async () => {
    const may = aConfig({ namespaces: [{ name: 'shop.local', create: { kind: 'http' } }] });
    expect(await instanceIn({}, may)).toMatchObject({ mayCreateNamespace: true });
    expect(await instanceIn({}, aConfig({ namespaces: [{ name: 'shop.local' }] }))).toMatchObject({
      mayCreateNamespace: false,
    });
    const service = { ...registration.service, target: 'own/eu-west-1' };
    const elsewhere = aRecord({}, { registrations: [{ ...registration, service }] });
    const found = await explained({ pods: { find: async () => elsewhere } });
    expect(found.instances).toEqual([]);
    expect(found.readFailures).toContainEqual({
      ...{ what: `instance 10.0.0.1 of ${where}`, code: 'Unavailable' },
      message: expect.stringMatching(/^it is in the account of the deployment and Region eu-west-1, where /),
    });
  });

  it.each([
    ['ClusterNotObserved', []],
    ['NamespaceNotObserved', ['blue', 'red']],
    ['PodNotObserved', ['blue', 'shop']],
  ])('that was not observed is explained by the namespaces: %s', async (kind, names) => {
    const asked: unknown[] = [];
    const ofKind = async (...about: readonly string[]) => {
      asked.push(about);
      return names.map((name) => ({ metadata: { name } }));
    };
    const { cause } = await explained({ pods: { find: nothing }, objects: { ...unread, ofKind } });
    expect(cause.kind).toBe(kind);
    expect(asked).toContainEqual(['local', 'Namespace', '']);
  });

  it('is refused by the tenancy of its cluster, without its owners being read', async () => {
    const tenancy = [{ kubernetesNamespaces: ['blue'], cloudMapNamespaces: ['*'], services: ['*'] }];
    const config = { ...aConfig(), tenancy } as ReturnType<typeof aConfig>;
    const found = await explained({ services: { ...services, owners: down } }, config);
    expect(found.instances[0]?.tenancyRefusal).toMatch(/shop/);
    expect(failed(found.readFailures)).not.toContain(`the owners of ${where}`);
  });

  it('has the messages about the virtual nodes of its namespace and about it in the dead-letter queue', async () => {
    const of = async (...about: readonly string[]) => [{ kind: about[1], name: about[3] ?? about[2] }];
    expect((await explained({ deadLetters: { of } })).deadLetters).toEqual([
      { kind: 'VirtualNode', name: 'shop' },
      { kind: 'Pod', name: 'front-1' },
    ]);
  });
});

describe('the cluster of a request to explain', () => {
  const asked = (request: object, ...names: readonly string[]) =>
    explain(
      { clusters: names.map((name) => ({ name })) } as never,
      explainRequest.parse({ format: 'json', ...request }),
    );

  it.each([
    { namespace: 'shop', pod: 'front-1' },
    { object: { kind: 'Mesh', name: 'shop' } },
    { request: { from: 'VirtualNode shop/front', host: 'cart.shop', port: 80 } },
  ])('is needed if there is not one: %j', async (request) => {
    const several = async () => asked(request, 'a', 'b', 'c');
    await expect(several()).rejects.toThrow('cluster is missing; expected one of a, b, c');
  });
});
