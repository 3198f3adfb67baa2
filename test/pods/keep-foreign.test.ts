import { describe, expect, it } from 'vitest';
import { NotFoundError, RetryableError, WaitError } from '../../shared/model/errors.ts';
import type { Claim } from '../../shared/model/records/registration.ts';
import { keepForeign } from '../../shared/pods/keep-foreign.ts';
import { propagationMs } from '../../shared/pods/operations.ts';
import type { CloudMap, Dependencies, Operation } from '../../shared/ports/ports.ts';
import { aClaim } from '../explain/harness/pod-facts.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const ours = { app: 'front' };
const tier = { ...ours, tier: 'gold' };

interface Given {
  /** The end of the operation that removed `tier`, and how long ago it was accepted. */
  readonly operation?: Operation['status'] | Error;
  readonly ageMs?: number;
  readonly claim?: Partial<Claim>;
  readonly actual?: Readonly<Record<string, string>>;
  /** The instance as it is read again. */
  readonly later?: Readonly<Record<string, string>>;
}

/** The update of an instance whose attribute `tier` our last update removed; and the reads it took. */
async function updateOf({ operation = 'succeeded', ageMs = propagationMs, actual = tier, ...given }: Given) {
  const reads: string[] = [];
  const cloudMap: Pick<CloudMap, 'operation' | 'findInstance'> = {
    operation: async (id) => {
      reads.push(id);
      if (operation instanceof Error) throw operation;
      return { status: operation };
    },
    findInstance: async (_service, id) => {
      reads.push(id);
      return given.later ?? actual;
    },
  };
  const removal = { keys: ['tier'], operationId: 'op-7', acceptedAtMs: nowMs - ageMs };
  const claim = aClaim({ attributeKeys: ['app'], removal, ...given.claim });
  const deps = { clock: { now: () => nowMs } } as Dependencies;
  const update = await keepForeign(deps, cloudMap as CloudMap, { claim, ours, actual });
  return { ...update, reads };
}

describe('an update keeps the attributes that others added', () => {
  it('an update removes our attributes, if no update removed any before', async () => {
    const actual = { app: 'front', old: 'ours', theirs: 'x' };
    expect(await updateOf({ actual, claim: { attributeKeys: ['app', 'old'], removal: undefined } })).toEqual({
      ...{ attributes: { app: 'front', theirs: 'x' }, knownKeys: ['app', 'old'], reads: [] },
    });
  });

  it('an update keeps an attribute of others whose name an earlier update of ours has removed, if it was added since', async () => {
    expect(await updateOf({})).toEqual({
      ...{ attributes: tier, knownKeys: ['app'], reads: ['op-7', '10.0.0.1'] },
    });
    const forgotten = new NotFoundError('operation', 'op-7 not found');
    expect((await updateOf({ operation: forgotten })).attributes).toEqual(tier);
  });

  it('an update does not keep the attributes of others that are gone when the instance is read again', async () => {
    const later = { ...ours, theirs: 'x' };
    expect((await updateOf({ later })).attributes).toEqual(later);
    expect((await updateOf({ later, ageMs: 0 })).attributes).toEqual(later);
  });

  it.each(['pending', 'failed'] as const)(
    'an update does not keep an attribute whose removal is %s',
    async (operation) => {
      expect(await updateOf({ operation })).toEqual({
        ...{ attributes: ours, knownKeys: ['app', 'tier'], reads: ['op-7'] },
      });
    },
  );

  it('an update waits while a removal that succeeded a moment ago is still shown', async () => {
    for (const ageMs of [0, propagationMs - 1, 1 - propagationMs]) {
      const waits = await updateOf({ ageMs }).catch((error: unknown) => error);
      expect(waits).toBeInstanceOf(WaitError);
      expect(waits).toMatchObject({ retryAfterMs: 10_000 });
    }
    expect((await updateOf({ ageMs: -propagationMs })).attributes, 'clocks differ').toEqual(tier);
  });

  it('an update knows for a moment that a removed attribute may be shown later', async () => {
    const knownKeys = async (ageMs: number) => (await updateOf({ actual: ours, ageMs })).knownKeys;
    expect(await knownKeys(0)).toEqual(['app', 'tier']);
    expect(await knownKeys(propagationMs)).toEqual(['app']);
  });

  it('an update is retried if the operation of a removal cannot be read', async () => {
    await expect(updateOf({ operation: new RetryableError('throttled') })).rejects.toThrow('throttled');
  });
});
