import { describe, expect, it } from 'vitest';
import { type ClusterConfig, clustersFile } from '../../../shared/model/cluster-config.ts';
import { NotFoundError, PermanentError, RefusedError, RetryableError } from '../../../shared/model/errors.ts';
import { findNamespace, findOrCreateNamespace } from '../../../shared/pods/services/find-namespace.ts';
import type { CloudMap, CloudMapNamespace, Operation } from '../../../shared/ports/ports.ts';
import type { LogFields } from '../../../shared/ports/telemetry.ts';
import { aDependencies } from '../../fakes/world.ts';

const aNamespace = (id: string, kind: CloudMapNamespace['kind'], name = 'shop.local') =>
  ({ id, name, kind, httpName: name }) as CloudMapNamespace;
const http = aNamespace('ns-http', 'http');
const inner = aNamespace('ns-inner', 'private-dns');
const other = aNamespace('ns-other', 'private-dns');
const open = aNamespace('ns-open', 'public-dns');

function configOf(...namespaces: readonly object[]): ClusterConfig {
  const [config] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap: { namespaces } }] }).clusters;
  if (config === undefined) throw new Error('there is one cluster');
  return config;
}
const chosen = (choice: object) => configOf({ name: 'shop.local', ...choice });

/** What is found of `shop.local`, and the calls for it. */
async function found(
  listed: readonly CloudMapNamespace[],
  config = configOf(),
  cloudMap: Partial<CloudMap> = {},
) {
  const calls: string[] = [];
  const reader = {
    namespacesNamed: async (name: string) => {
      calls.push(`list ${name}`);
      return listed;
    },
    namespaceById: async (id: string) => {
      calls.push(`get ${id}`);
      return cloudMap.namespaceById?.(id) ?? http;
    },
    vpcsOf: async (namespace: CloudMapNamespace) => {
      calls.push(`vpcs of ${namespace.id}`);
      return cloudMap.vpcsOf?.(namespace) ?? [`vpc-${namespace.id}`];
    },
  } as unknown as CloudMap;
  const result = await findNamespace(reader, 'shop.local', config).catch((error: unknown) => error);
  return { result, calls };
}

describe('a namespace by its name', () => {
  const list = ['list shop.local'];

  it.each([
    ['none', [], undefined],
    ['the only one', [http], http],
    ['the only private one, without its VPCs', [inner], inner],
    ['the private one beside a public one', [open, inner], inner],
    ['a public one, if there is no other', [open], open],
  ])('%s is found by one call', async (_what, listed, expected) => {
    expect(await found(listed)).toEqual({ result: expected, calls: list });
  });

  it('is ambiguous if there are several; the message has their VPCs, as far as they can be read', async () => {
    const calls = [...list, 'vpcs of ns-inner', 'vpcs of ns-other'];
    const both = await found([inner, other, open]);
    expect(both.calls).toEqual(calls);
    expect(both.result).toBeInstanceOf(RefusedError);
    expect(both.result).toMatchObject({
      message: expect.stringContaining('ns-inner (shop.local, private DNS, vpc-ns-inner)'),
    });
    const denied = { vpcsOf: () => Promise.reject(new PermanentError('denied')) };
    const unread = await found([inner, other], configOf(), denied);
    expect(unread.calls).toEqual(calls);
    expect(unread.result).toMatchObject({
      message: expect.stringContaining('ns-inner (shop.local, private DNS), ns-other'),
    });
    const fault = new TypeError('a fault');
    const broken = await found([inner, other], configOf(), { vpcsOf: () => Promise.reject(fault) });
    expect(broken.result).toBe(fault);
  });

  it('is the one in the VPC that clusters.yml chooses, which must then be read', async () => {
    const config = chosen({ vpc: 'vpc-12345678' });
    const vpcsOf = async ({ id }: { id: string }) => [id === 'ns-other' ? 'vpc-12345678' : 'vpc-00000000'];
    expect((await found([inner, other], config, { vpcsOf })).result).toEqual({
      ...other,
      vpcs: ['vpc-12345678'],
    });
    const one = await found([other], config, { vpcsOf });
    expect(one).toEqual({
      result: { ...other, vpcs: ['vpc-12345678'] },
      calls: [...list, 'vpcs of ns-other'],
    });
    const denied = new PermanentError('denied');
    const unread = await found([inner, other], config, { vpcsOf: () => Promise.reject(denied) });
    expect(unread.result).toBe(denied);
  });

  it('is the one of the id or the ARN that clusters.yml chooses', async () => {
    expect(await found([], chosen({ id: 'ns-1234567890abcdef' }))).toEqual({
      ...{ result: http, calls: ['get ns-1234567890abcdef'] },
    });
    const arn = 'arn:aws:servicediscovery:us-west-2:111122223333:namespace/ns-1234567890abcdef';
    expect((await found([], chosen({ arn }))).calls).toEqual([`get ${arn}`]);
  });

  it('is refused if the chosen one does not exist, and any other failure is thrown', async () => {
    const gone = new NotFoundError('namespace', 'gone');
    const config = chosen({ id: 'ns-1234567890abcdef' });
    const missing = await found([], config, { namespaceById: () => Promise.reject(gone) });
    expect(missing.result).toBeInstanceOf(RefusedError);
    expect(missing.result).toMatchObject({
      message:
        'Cloud Map has no namespace ns-1234567890abcdef, which the entry shop.local of cloudMap.namespaces in clusters.yml chooses',
    });
    const denied = new PermanentError('denied');
    const failing = await found([], config, { namespaceById: () => Promise.reject(denied) });
    expect(failing.result).toBe(denied);
  });
});

describe('a namespace that is missing', () => {
  const create = { kind: 'http' } as const;

  /** It is listed so, one list a call; the operation of its creation has these states. */
  async function created(given: {
    readonly lists?: readonly (readonly CloudMapNamespace[])[];
    readonly operations?: readonly Operation[];
    readonly operationId?: string;
    readonly config?: ClusterConfig;
    readonly isSilent?: boolean;
  }) {
    const { lists = [[], [http]], operations = [{ status: 'succeeded' }] } = given;
    const { config = chosen({ create }) } = given;
    const calls: string[] = [];
    const logged: [string, LogFields | undefined][] = [];
    let [listings, reads] = [0, 0];
    const { deps } = aDependencies();
    const cloudMap = {
      namespacesNamed: async () => lists[Math.min(listings++, lists.length - 1)],
      vpcsOf: async () => [],
      createNamespace: async (...[name, how, cluster]: Parameters<CloudMap['createNamespace']>) => {
        calls.push(`create ${name} as ${how.kind} for ${cluster}`);
        return 'operationId' in given ? given.operationId : 'op-1';
      },
      operation: async () => operations[Math.min(reads++, operations.length - 1)],
    } as unknown as CloudMap;
    const telemetry = {
      ...{ change: () => undefined, count: () => {} },
      log: (message: string, fields?: LogFields) => void logged.push([message, fields]),
    };
    const result = await findOrCreateNamespace(
      { ...deps, ...(!given.isSilent && { telemetry }) },
      ...([cloudMap, 'shop.local', config] as const),
    ).catch((error: unknown) => error);
    return { result, calls, logged, listings };
  }
  const creation = ['create shop.local as http for local'];
  const ofCall = { call: 'CreateNamespace', namespace: 'shop.local', operationId: 'op-1' };

  it('is created, and the end of the operation is logged', async () => {
    const pending = { status: 'pending' } as const;
    expect(await created({ operations: [pending, { status: 'succeeded' }] })).toEqual({
      ...{ result: http, calls: creation, listings: 2 },
      logged: [['Cloud Map operation succeeded', { ...ofCall, result: 'succeeded' }]],
    });
    expect(await created({ isSilent: true })).toMatchObject({ result: http, logged: [] });
  });

  it('is not created if it is there', async () => {
    expect(await created({ lists: [[http]] })).toEqual({ result: http, calls: [], logged: [], listings: 1 });
  });

  it('is used if another one was first', async () => {
    const failed = { status: 'failed', error: 'it exists' } as const;
    expect(await created({ operations: [failed] })).toMatchObject({
      result: http,
      logged: [['Cloud Map operation failed', { ...ofCall, result: 'failed', error: 'it exists' }]],
    });
    const exists = await created({ operationId: undefined as unknown as string });
    expect(exists).toMatchObject({ result: http, logged: [] });
  });

  it('is tried again if it is not listed then', async () => {
    const failing = await created({ lists: [[]], operations: [{ status: 'failed', error: 'in words' }] });
    expect(failing.result).toBeInstanceOf(RetryableError);
    expect(failing.result).toMatchObject({ message: 'Cloud Map operation op-1 failed: in words' });
    const unlisted = 'Cloud Map namespace shop.local was created but is not listed yet';
    for (const given of [{}, { operationId: undefined as unknown as string }]) {
      const { result } = await created({ lists: [[]], ...given });
      expect(result).toBeInstanceOf(RetryableError);
      expect(result).toMatchObject({ message: unlisted });
    }
  });

  it.each([
    [configOf(), ''],
    [chosen({ vpc: 'vpc-12345678' }), ' in vpc-12345678'],
  ])('is refused if clusters.yml does not say how to create it: case %#', async (config, where) => {
    const { result, calls } = await created({ lists: [[]], config });
    expect(result).toBeInstanceOf(RefusedError);
    expect(result).toMatchObject({
      message:
        `Cloud Map namespace shop.local does not exist${where}, and clusters.yml does not name its kind ` +
        'for cluster local: expected an entry of cloudMap.namespaces with create.kind http or private-dns',
    });
    expect(calls).toEqual([]);
  });
});

describe('a listing of the last seconds', () => {
  /** What is found by a second search, one second after the first. */
  async function foundAgain(
    lists: readonly (readonly CloudMapNamespace[] | Error)[],
    config?: ClusterConfig,
  ) {
    let listings = 0;
    const { deps, clock } = aDependencies();
    const cloudMap = {
      namespacesNamed: async () => {
        const listed = lists[Math.min(listings++, lists.length - 1)];
        if (listed instanceof Error) throw listed;
        return listed;
      },
      vpcsOf: async () => ['vpc-12345678'],
      namespaceById: async (id: string) => ({ ...http, id }),
    } as unknown as CloudMap;
    const find = () => findOrCreateNamespace(deps, cloudMap, 'shop.local', config ?? configOf());
    await find().catch(() => {});
    clock.nowMs += 1_000;
    const result = await find().catch((error: Error) => error.constructor.name);
    return { result, listings };
  }

  it('is enough if it has a namespace that may be used', async () => {
    expect(await foundAgain([[http], []])).toEqual({ result: http, listings: 1 });
  });

  it('is not used for what clusters.yml chooses by its id, and has the one that it chooses by its VPC', async () => {
    const id = 'ns-1234567890abcdef';
    expect(await foundAgain([[http]], chosen({ id }))).toEqual({ result: { ...http, id }, listings: 0 });
    const placed = { ...inner, vpcs: ['vpc-12345678'] };
    expect(await foundAgain([[inner]], chosen({ vpc: 'vpc-12345678' }))).toEqual({
      ...{ result: placed, listings: 1 },
    });
  });

  it('is not enough if it has none, only a public one, or several', async () => {
    expect(await foundAgain([[], [http]])).toEqual({ result: http, listings: 2 });
    expect(await foundAgain([[open], [http]])).toEqual({ result: http, listings: 2 });
    expect(await foundAgain([[inner, other], [inner]])).toEqual({ result: inner, listings: 2 });
  });

  it('that failed is made again', async () => {
    expect(await foundAgain([new PermanentError('denied'), [http]])).toEqual({ result: http, listings: 2 });
  });
});
