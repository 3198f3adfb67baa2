import { describe, expect, it } from 'vitest';
import { ConflictError, PermanentError } from '../../../shared/model/errors.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { releaseClaim } from '../../../shared/pods/release-claim.ts';
import { aReleasingPod, service } from './releasing.ts';

const waiterOf = (name: string) => ({ cluster: 'local', namespace: 'shop', name });

async function releasedClaim(changes: Partial<Claim> = {}) {
  const world = await aReleasingPod({
    ...{ phase: 'releasing', operationId: 'op-1', touchedAtMs: 7, version: 3, waitRevision: 1 },
    waiting: [waiterOf('front-2')],
    ...changes,
  });
  const claim = await world.stores.claims.find(service, '10.0.0.1');
  if (claim === undefined) throw new Error('there is a claim');
  return { ...world, claim };
}

const wokenIn = (sent: readonly object[]) =>
  sent.map((event) => ('run' in event && 'group' in event ? [event.group, event.run] : []));

describe('the removal of a released claim', () => {
  it('wakes those that wait, in a run that names this state of the claim', async () => {
    const { deps, claim, sent, remaining } = await releasedClaim();
    await releaseClaim(deps, claim);
    expect(wokenIn(sent)).toEqual([['local/shop/front-2', 'uid-1/7/3/1']]);
    expect((await remaining()).claim).toBeUndefined();
  });

  it('wakes also a pod that began to wait meanwhile', async () => {
    const { deps, stores, claim, sent, remaining } = await releasedClaim();
    await stores.claims.wait(claim, waiterOf('front-3'));
    await releaseClaim(deps, claim);
    expect(wokenIn(sent)).toEqual([
      ['local/shop/front-2', 'uid-1/7/3/1'],
      ['local/shop/front-2', 'uid-1/7/3/2'],
      ['local/shop/front-3', 'uid-1/7/3/2'],
    ]);
    expect((await remaining()).claim).toBeUndefined();
  });

  it.each<[string, Partial<Claim> | undefined]>([
    ['the pod registered again', { phase: 'claimed', version: 4 }],
    ['its deregistration began again', { version: 4 }],
    ['another pod took it over', { phase: 'claimed', owner: { ...waiterOf('front-2'), uid: 'uid-2' } }],
    ['somebody else removed it', undefined],
  ])('leaves a claim alone where %s meanwhile', async (_what, changes) => {
    const { deps, stores, key, claim, sent, remaining } = await releasedClaim();
    if (changes === undefined) stores.claims.items.clear();
    else stores.claims.items.set(key, { ...claim, ...changes });
    await releaseClaim(deps, claim);
    expect(sent).toHaveLength(1);
    expect((await remaining()).claim).toBe(changes && (changes.phase ?? 'releasing'));
  });

  it('wakes nobody for a claim that is in use', async () => {
    const { deps, claim, sent, remaining } = await releasedClaim({ phase: 'applied' });
    await releaseClaim(deps, claim);
    expect(sent).toEqual([]);
    expect((await remaining()).claim).toBe('applied');
  });

  it('fails with every other fault of the table', async () => {
    const { deps, stores, claim } = await releasedClaim();
    const fault = new PermanentError('no such table');
    stores.claims.remove = () => Promise.reject(fault);
    await expect(releaseClaim(deps, claim)).rejects.toBe(fault);
    stores.claims.remove = () => Promise.reject(new ConflictError('changed'));
    stores.claims.find = async () => undefined;
    await expect(releaseClaim(deps, claim)).resolves.toBeUndefined();
  });
});
