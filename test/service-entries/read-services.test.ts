import { beforeEach, describe, expect, it, vi } from 'vitest';
import { NotFoundError, RetryableError } from '../../shared/model/errors.ts';
import type {
  DiscoveredInstances,
  KnownNamespace,
  KnownService,
} from '../../shared/ports/service-entry-ports.ts';
import { EntryRun } from '../../shared/service-entries/entry-run.ts';
import type { SelectedService } from '../../shared/service-entries/list-catalog.ts';
import { readInstances, readServices } from '../../shared/service-entries/read-services.ts';
import { EntriesHarness } from './entries-harness.ts';
import { foreign } from './plan/fixtures.ts';

let harness: EntriesHarness;
let run: EntryRun;
let answer: () => Promise<DiscoveredInstances>;
const calls: string[] = [];

beforeEach(() => {
  harness = new EntriesHarness();
  calls.length = 0;
  answer = async () => ({ revision: 7, instances: [{ id: 'i', attributes: { a: 'b' } }] });
  const catalog = {
    revision: async () => {
      calls.push('revision');
      return 7;
    },
    instances: async () => {
      calls.push('instances');
      return answer();
    },
  };
  harness.deps = { ...harness.deps, catalog: () => catalog as never };
  run = runOf();
});

function runOf(scope: Parameters<typeof EntryRun.of>[2] = {}): EntryRun {
  const made = EntryRun.of(harness.deps, 'local', scope);
  if (made === undefined) throw new Error('expected a run');
  return made;
}

const namespace: KnownNamespace = {
  ...{ id: 'ns-1', name: 'shop.local', httpName: 'shop.local', type: 'HTTP', isSelected: true },
  arn: 'arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-1',
};
const listed = { id: 'srv-1', arn: 'arn', name: 'web', healthCheck: 'none' } as const;
const live = foreign('default', 'x', ['web.shop.local']);
const { uid, resourceVersion } = live.metadata;
const known = (changes: Partial<KnownService> = {}): KnownService => ({
  ...{ ...listed, namespaceId: 'ns-1', isSelected: true, revision: 7, basis: run.basis },
  ...{ readAtMs: run.startedAtMs, entry: { namespace: 'default', name: 'x', uid, resourceVersion } },
  ...changes,
});
async function readOf(service: Partial<SelectedService> = {}, entry: typeof live | undefined = live) {
  const [read] = await readServices(run, [{ listed, namespace, known: known(), ...service }], () => entry);
  return read;
}

describe('a service is read', () => {
  it('not again while its revision and its entry are the same', async () => {
    expect((await readOf())?.read).toBeUndefined();
    expect(calls).toEqual(['revision']);
  });

  it.each<[string, Partial<KnownService>]>([
    ['it was never read', { readAtMs: undefined }],
    ['it has no revision', { revision: undefined }],
    ['it had no entry', { entry: undefined }],
    ['its configuration was another', { basis: 'other' }],
    ['it was read an hour ago', { readAtMs: -3_600_000 }],
    ['it was read an hour later, by the clock', { readAtMs: 3_600_000 }],
    ['its entry was another', { entry: { namespace: '', name: '', uid: 'other', resourceVersion } }],
    ['its entry was changed', { entry: { namespace: '', name: '', uid, resourceVersion: '0' } }],
  ])('without a look at its revision if %s', async (_, changes) => {
    const { readAtMs } = changes;
    const at = readAtMs === undefined ? {} : { readAtMs: run.startedAtMs + readAtMs };
    const read = await readOf({ known: known({ ...changes, ...at }) });
    expect(read?.read).toMatchObject({ revision: 7, instances: [{ id: 'i' }] });
    expect(calls).toEqual(['instances']);
  });

  it('without a look at its revision if it is not known, has a health check, or all is to be read', async () => {
    await readOf({ known: undefined });
    await readOf({ listed: { ...listed, healthCheck: 'custom' } });
    run = runOf({ isFull: true });
    await readOf();
    expect(calls).toEqual(['instances', 'instances', 'instances']);
  });

  it('if it has another revision, or was read just less than an hour ago', async () => {
    await readOf({ known: known({ revision: 6, readAtMs: run.startedAtMs - 3_599_999 }) });
    expect(calls).toEqual(['revision', 'instances']);
  });

  it('with whether pods were registered in it, if it has neither an instance nor an entry', async () => {
    const find = vi.spyOn(harness.services, 'find').mockResolvedValue({ id: 'srv-1' } as never);
    const isByPods = async (entry?: typeof live) => {
      const service = { listed, namespace, known: undefined };
      const [read] = await readServices(run, [service], () => entry);
      return read?.isRegisteredByPods;
    };
    expect(await isByPods()).toBeUndefined();
    answer = async () => ({ revision: 7, instances: [] });
    expect(await isByPods(live)).toBeUndefined();
    expect(find).not.toHaveBeenCalled();
    expect(await isByPods()).toBe(true);
    find.mockResolvedValue(undefined);
    expect(await isByPods()).toBe(false);
  });
});

describe('a service that cannot be read', () => {
  const failing = (error: Error, service: Partial<SelectedService> = {}) => {
    answer = () => Promise.reject(error);
    return readOf({ known: undefined, ...service });
  };

  it('stays as it is, and the failure is kept', async () => {
    const error = new RetryableError('no answer');
    expect(await failing(error)).toEqual({ listed, namespace, known: undefined });
    expect([run.errors, run.staleNamespaces]).toEqual([[error], new Set()]);
  });

  it('because it is gone has its namespace listed again, unless it was listed in this run', async () => {
    const error = new NotFoundError('service', 'gone');
    await failing(error, { isListed: true });
    expect([run.errors, run.staleNamespaces]).toEqual([[], new Set()]);
    await failing(error);
    expect([run.errors, run.staleNamespaces]).toEqual([[], new Set(['ns-1'])]);
  });

  it('because of a fault of the program fails the run', async () => {
    await expect(failing(new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});

describe('the digest of instances', () => {
  const digestOf = async (...instances: DiscoveredInstances['instances']) => {
    answer = async () => ({ revision: 7, instances });
    return (await readInstances(run, { listed, namespace })).digest;
  };
  const instance = (id: string, a: string, health?: string) => ({
    ...{ id, attributes: { a } },
    ...(health !== undefined && { health }),
  });

  it('is the same in another order, and another one for another id, attribute or health', async () => {
    const both = await digestOf(instance('1', 'x'), instance('2', 'y'));
    expect(await digestOf(instance('2', 'y'), instance('1', 'x'))).toBe(both);
    const different = [
      await digestOf(instance('1', 'x')),
      await digestOf(instance('2', 'x')),
      await digestOf(instance('1', 'y')),
      await digestOf(instance('1', 'x', 'HEALTHY')),
      await digestOf(instance('1', 'x', 'UNHEALTHY')),
    ];
    expect(new Set(different).size).toBe(5);
    expect(different.every((each) => /^[\w+/]{22}$/.test(each))).toBe(true);
  });
});
