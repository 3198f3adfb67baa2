import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../../../shared/model/errors.ts';
import { all, describeBothStores, id, owner, rival, type Stores, service } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('claims', () => {
    it('claims are taken as they are, whatever the caller saw before', async () => {
      const first = await stores.claims.take(id, owner, 'srv-1', 1000, { seen: null });
      expect(await stores.claims.find(service, id.instanceId)).toEqual(first);
      expect(await stores.claims.take(id, rival, 'srv-1', 2000, { seen: null })).toEqual(first);
      const applied = await stores.claims.apply(first, { fingerprint: 'print', touchedAtMs: 3000 });
      const again = await stores.claims.take(id, owner, 'srv-1', 4000, { seen: first });
      expect(again).toMatchObject({ version: applied.version + 1, fingerprint: 'print', touchedAtMs: 4000 });
      const seen = await stores.claims.take(id, owner, 'srv-1', 5000, { seen: again });
      expect(seen).toMatchObject({ version: again.version + 1, fingerprint: 'print', touchedAtMs: 5000 });
    });

    it('claims go to the first and stay with it', async () => {
      const claim = await stores.claims.take(id, owner, 'srv-1', 1000);
      expect(claim).toMatchObject({
        owner,
        phase: 'claimed',
        serviceId: 'srv-1',
        touchedAtMs: 1000,
        waiting: [],
      });
      expect(await stores.claims.take(id, rival, 'srv-1', 2000)).toMatchObject({ owner });
      expect(await stores.claims.find(service, id.instanceId)).toEqual(claim);
    });

    it('claims go through their phases, each write only by who saw the last', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const applied = await stores.claims.apply(claimed, values);
      expect(applied).toMatchObject({ phase: 'applied', ...values });
      await expect(stores.claims.apply(claimed, values)).rejects.toThrow(ConflictError);
      await expect(stores.claims.release(claimed)).rejects.toThrow(ConflictError);
      const releasing = await stores.claims.release(applied);
      expect(releasing).toMatchObject({ phase: 'releasing', fingerprint: 'f' });
      await expect(stores.claims.remove(applied)).rejects.toThrow(ConflictError);
      await stores.claims.remove(releasing);
      expect(await stores.claims.find(service, id.instanceId)).toBeUndefined();
      await expect(stores.claims.remove(releasing)).rejects.toThrow(ConflictError);
    });

    it('claims that are taken again by the same pod keep the fingerprint, in the same service only', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      await stores.claims.apply(claimed, {
        fingerprint: 'f',
        health: 'HEALTHY',
        operationId: 'op',
        touchedAtMs: 2000,
      });
      const again = await stores.claims.take(id, { ...owner, uid: 'uid-9' }, 'srv-1', 3000);
      expect(again).toMatchObject({
        phase: 'claimed',
        fingerprint: 'f',
        health: 'HEALTHY',
        owner: { uid: 'uid-9' },
      });
      const replaced = await stores.claims.take(id, owner, 'srv-2', 4000);
      expect(replaced.fingerprint).toBeUndefined();
      expect(replaced.health).toBeUndefined();
    });

    it('claims that are taken again leave every earlier view of them behind', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      await stores.claims.take(id, owner, 'srv-1', 2000);
      await expect(stores.claims.release(claimed)).rejects.toThrow(ConflictError);
      await expect(stores.claims.remove(claimed)).rejects.toThrow(ConflictError);
    });

    it.each([{ cluster: 'other' }, { namespace: 'blue' }, { name: 'front-9' }])(
      'claims are of one pod in one namespace of one cluster: not for %j',
      async (changes) => {
        const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
        const other = { ...owner, ...changes };
        expect(await stores.claims.take(id, other, 'srv-1', 2000)).toEqual(claimed);
        await expect(stores.claims.release({ ...claimed, owner: other })).rejects.toThrow(ConflictError);
      },
    );

    it('claims keep their owner and drop what is known of the instance when they are invalidated', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const invalidated = await stores.claims.invalidate(await stores.claims.apply(claimed, values), 'all');
      expect(invalidated).toMatchObject({ owner, phase: 'claimed', serviceId: 'srv-1' });
      expect([invalidated.fingerprint, invalidated.health, invalidated.operationId]).toEqual([
        'invalidated',
        undefined,
        undefined,
      ]);
      const never = await stores.claims.take({ service, instanceId: '10.0.0.9' }, owner, 'srv-1', 1000);
      expect((await stores.claims.invalidate(never, 'all')).fingerprint).toBeUndefined();
      await expect(stores.claims.invalidate(claimed, 'all')).rejects.toThrow(ConflictError);
    });

    it('claims keep the health when only their attributes are invalidated', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const values = { fingerprint: 'f', health: 'UNHEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const invalidated = await stores.claims.invalidate(
        await stores.claims.apply(claimed, values),
        'attributes',
      );
      expect(invalidated).toMatchObject({
        phase: 'claimed',
        fingerprint: 'invalidated',
        health: 'UNHEALTHY',
      });
    });

    it('claims name the operation that Cloud Map accepted while they are released, until the release is repeated', async () => {
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const applied = await stores.claims.apply(await stores.claims.take(id, owner, 'srv-1', 1000), values);
      const releasing = await stores.claims.release(applied);
      expect(releasing.operationId, 'the registration is not what is waited for').toBeUndefined();
      const accepted = await stores.claims.release(releasing, 'op-2');
      expect(accepted).toMatchObject({ phase: 'releasing', operationId: 'op-2', touchedAtMs: 2000 });
      expect((await stores.claims.release(accepted)).operationId).toBeUndefined();
      await expect(stores.claims.release(releasing, 'op-3')).rejects.toThrow(ConflictError);
    });

    it('claims that are taken again after a release do not keep its operation', async () => {
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const releasing = await stores.claims.release(await stores.claims.apply(claimed, values), 'op-2');
      const again = await stores.claims.take(id, owner, 'srv-1', 3000);
      expect(again).toMatchObject({ phase: 'claimed', fingerprint: 'f' });
      expect(again.operationId).toBeUndefined();
      await expect(stores.claims.remove(releasing)).rejects.toThrow(ConflictError);
    });

    it('claims that are released are taken over by one of those who see it, with nothing of the former owner but who waits', async () => {
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const third = { ...owner, name: 'front-3', uid: 'uid-3' };
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const accepted = await stores.claims.release(await stores.claims.apply(claimed, values), 'op-2');
      await stores.claims.wait(accepted, rival);
      await expect(stores.claims.takeOver(accepted, third, 'srv-1', 3000)).rejects.toThrow(ConflictError);
      await stores.claims.wait(accepted, third);
      const seen = await stores.claims.find(service, id.instanceId);
      if (seen === undefined) throw new Error('it is there');
      const taken = await stores.claims.takeOver(seen, third, 'srv-2', 3000);
      expect(taken).toEqual({
        ...{ ...id, owner: third, phase: 'claimed', serviceId: 'srv-2', touchedAtMs: 3000 },
        ...{ version: seen.version + 1, waitRevision: seen.waitRevision },
        waiting: [{ cluster: 'local', namespace: 'shop', name: 'front-2' }],
      });
      expect(await stores.claims.find(service, id.instanceId)).toEqual(taken);
      await expect(stores.claims.takeOver(seen, rival, 'srv-1', 4000)).rejects.toThrow(ConflictError);
      await expect(stores.claims.release(seen)).rejects.toThrow(ConflictError);
    });

    it('claims know the attribute keys that were written, or were about to be, through all phases', async () => {
      const keys = async () => (await stores.claims.find(service, id.instanceId))?.attributeKeys;
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000, { attributeKeys: ['a'] });
      expect(await keys()).toEqual(['a']);
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const applied = await stores.claims.apply(claimed, { ...values, attributeKeys: ['a', 'b'] });
      expect(await keys()).toEqual(['a', 'b']);
      const invalidated = await stores.claims.invalidate(applied, 'attributes', {
        attributeKeys: ['a', 'b', 'c'],
      });
      expect(await keys()).toEqual(['a', 'b', 'c']);
      const releasing = await stores.claims.release(
        await stores.claims.invalidate(invalidated, 'all'),
        'op-2',
      );
      expect(releasing.attributeKeys).toEqual(['a', 'b', 'c']);
      expect((await stores.claims.take(id, owner, 'srv-1', 3000)).attributeKeys).toEqual(['a', 'b', 'c']);
      expect((await stores.claims.take(id, owner, 'srv-2', 3000)).attributeKeys).toBeUndefined();
    });

    it('claims know the keys that an update removes until an update removes none', async () => {
      const removal = { keys: ['b'], operationId: 'op', acceptedAtMs: 2000 };
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000, { attributeKeys: ['a', 'b'] });
      const values = { fingerprint: 'f', operationId: 'op', touchedAtMs: 2000, attributeKeys: ['a'] };
      const applied = await stores.claims.apply(claimed, { ...values, removal });
      expect(applied.removal).toEqual(removal);
      const { attributeKeys: _keys, ...health } = values;
      const corrected = await stores.claims.apply(applied, { ...health, health: 'HEALTHY' });
      expect((await stores.claims.find(service, id.instanceId))?.removal).toEqual(removal);
      await stores.claims.invalidate(corrected, 'all', { attributeKeys: ['a', 'c'] });
      expect((await stores.claims.take(id, owner, 'srv-2', 3000)).removal).toBeUndefined();
    });

    it('claims keep the keys that an update removes when their pod takes them again, and drop them with an update that removes none', async () => {
      const removal = { keys: ['b'], operationId: 'op', acceptedAtMs: 2000 };
      const values = { fingerprint: 'f', operationId: 'op', touchedAtMs: 2000, attributeKeys: ['a'] };
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000, { attributeKeys: ['a', 'b'] });
      await stores.claims.release(await stores.claims.apply(claimed, { ...values, removal }), 'op-2');
      const taken = await stores.claims.take(id, owner, 'srv-1', 3000, { attributeKeys: ['a'] });
      expect(taken.removal).toEqual(removal);
      expect((await stores.claims.apply(taken, values)).removal).toBeUndefined();
      expect((await stores.claims.find(service, id.instanceId))?.removal).toBeUndefined();
    });

    it('claims name the run that invalidated them, also when they are taken again', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      expect((await stores.claims.invalidate(claimed, 'all', { invalidatedIn: 'run-1' })).invalidatedIn).toBe(
        'run-1',
      );
      expect((await stores.claims.take(id, owner, 'srv-1', 1000)).invalidatedIn).toBe('run-1');
      const later = await stores.claims.take(id, owner, 'srv-1', 1000);
      expect((await stores.claims.invalidate(later, 'attributes')).invalidatedIn).toBe('run-1');
    });

    it('claims cannot be removed past a pod that began to wait', async () => {
      const releasing = await stores.claims.release(await stores.claims.take(id, owner, 'srv-1', 1000));
      expect(await stores.claims.wait(releasing, rival)).toBe(true);
      await expect(stores.claims.remove(releasing)).rejects.toThrow(ConflictError);
      const seen = await stores.claims.find(service, id.instanceId);
      expect(seen).toMatchObject({
        phase: 'releasing',
        waiting: [{ cluster: 'local', namespace: 'shop', name: 'front-2' }],
      });
      expect(await stores.claims.wait(releasing, rival)).toBe(true);
      if (seen) await expect(stores.claims.remove(seen)).rejects.toThrow(ConflictError);
      const again = await stores.claims.find(service, id.instanceId);
      expect(again?.waiting).toHaveLength(1);
      if (again) await stores.claims.remove(again);
      expect(await stores.claims.wait(releasing, rival)).toBe(false);
    });

    it('claims are waited for without getting in the way of their owner', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      await stores.claims.wait(claimed, rival);
      const applied = await stores.claims.apply(claimed, {
        fingerprint: 'f',
        health: undefined,
        operationId: 'op',
        touchedAtMs: 1,
      });
      expect(applied.waiting).toHaveLength(1);
      expect((await stores.claims.take(id, owner, 'srv-1', 5)).waiting).toHaveLength(1);
    });

    it('claims are listed by service', async () => {
      await stores.claims.take(id, owner, 'srv-1', 1);
      await stores.claims.take({ service, instanceId: '10.0.0.2' }, rival, 'srv-1', 1);
      await stores.claims.take(
        { service: { ...service, serviceName: 'frontier' }, instanceId: '10.0.0.3' },
        rival,
        'srv-9',
        1,
      );
      const ids = (await all(stores.claims.ofService(service))).map((claim) => claim.instanceId);
      expect(ids.sort()).toEqual(['10.0.0.1', '10.0.0.2']);
    });
  });
});
