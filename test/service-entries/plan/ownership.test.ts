import { describe, expect, it } from 'vitest';
import {
  afterPlan,
  applied,
  entryFor,
  foreign,
  instancesOf,
  ip,
  listingOf,
  operatorEntry,
  planOf,
  serviceOf,
} from './fixtures.ts';

const web = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('10.0.0.2')));
const many = Array.from({ length: 100 }, (_, index) =>
  serviceOf(`s${index}`, instancesOf(ip(`10.1.0.${index}`))),
);

describe('the plan of ServiceEntries', () => {
  describe('finds the host of a service', () => {
    it.each([
      [
        'an entry of somebody else in another namespace',
        { entries: [foreign('apps', 'mine', ['x.local', 'WEB.shop.local'])] },
        'ServiceEntry apps/mine',
      ],
      [
        'an entry of the operator that is not to be adopted',
        { entries: [operatorEntry('web.shop.local')] },
        'adopt: istio-cloud-map',
      ],
    ])('a service gets no ServiceEntry, and is reported, if its host is in %s', (_, input, message) => {
      const plan = planOf({ listing: listingOf([web]), ...input });
      expect(plan).toMatchObject({
        apply: [],
        delete: [],
        findings: [{ kind: 'DuplicateHost', subject: 'shop.local/web' }],
      });
      expect(plan.findings[0]?.message).toContain(message);
    });

    it('a service gets no ServiceEntry, and is reported, if its host is that of a Kubernetes Service', () => {
      const service = serviceOf('web', web.instances, { in: 'shop' });
      const plan = planOf({
        listing: listingOf([service]),
        kubernetesServices: [{ namespace: 'shop', name: 'web' }],
      });
      expect(plan).toMatchObject({ apply: [], findings: [{ kind: 'DuplicateHost' }] });
      expect(plan.findings[0]?.message).toContain('Service shop/web');
    });

    it('a service keeps and updates its ServiceEntry if another one with its host appears later, which is reported', () => {
      const entries = [applied(entryFor(web)), foreign('apps', 'mine', ['web.shop.local'])];
      const plan = planOf({ listing: listingOf([serviceOf('web', [])]), entries });
      expect(plan).toMatchObject({
        apply: [{ action: 'update' }],
        delete: [],
        findings: [{ kind: 'DuplicateHost' }],
      });
    });

    it('an object with the name of a ServiceEntry but another host is not changed, and is reported', () => {
      const taken = foreign('default', 'cloudmap-web.shop.local', ['other.local']);
      expect(planOf({ listing: listingOf([web]), entries: [taken] })).toMatchObject({
        apply: [],
        findings: [{ kind: 'NameTaken' }],
      });
    });

    it('of two services with one host one gets the ServiceEntry, the same one for as long as it exists', () => {
      const dotted = serviceOf('web.shop', instancesOf(ip('10.0.9.9')), { in: 'local' });
      const first = planOf({ listing: listingOf([web, dotted]) });
      expect(first.apply.map(({ entry }) => entry.sourceObject)).toEqual(['own/own/local/web.shop']);
      expect(first.findings).toMatchObject([{ kind: 'HostCollision', subject: 'shop.local/web' }]);
      const entries = [applied(entryFor(web))];
      const second = planOf({ listing: listingOf([dotted, web]), entries });
      expect(second).toMatchObject({
        apply: [],
        findings: [{ kind: 'HostCollision', subject: 'local/web.shop' }],
      });
      const partly = { ...listingOf([dotted], false) };
      expect(planOf({ listing: partly, entries })).toMatchObject({
        apply: [],
        findings: [{ kind: 'HostCollision' }],
      });
      const later = planOf({ listing: listingOf([dotted]), entries });
      expect(later).toMatchObject({
        apply: [{ action: 'update', entry: { sourceObject: 'own/own/local/web.shop' } }],
        delete: [],
      });
    });
  });

  describe('adopts the entries of the Istio Cloud Map operator', () => {
    const options = { adopt: 'istio-cloud-map' as const };

    it.each(['cloudmap.istio.io', 'cloud-map.istio.io', 'cloudmap.istio.io/v1'])(
      'a ServiceEntry of the Istio Cloud Map operator with owner %s is adopted by replacing it',
      (group) => {
        const theirs = operatorEntry('web.shop.local', group, { addresses: ['10.0.0.1'] });
        const plan = planOf({ listing: listingOf([web]), entries: [theirs], options });
        expect(plan).toMatchObject({
          apply: [{ action: 'replace', live: theirs }],
          delete: [],
          findings: [],
        });
        const second = planOf({ listing: listingOf([web]), entries: afterPlan([theirs], plan), options });
        expect(second).toMatchObject({ apply: [], unchanged: 1 });
      },
    );

    it.each([
      [
        'another kind of owner',
        {
          ...operatorEntry('web.shop.local'),
          metadata: {
            ...operatorEntry('web.shop.local').metadata,
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }],
          },
        },
      ],
      [
        'another name',
        {
          ...operatorEntry('web.shop.local'),
          metadata: { ...operatorEntry('web.shop.local').metadata, name: 'cloudmap-web' },
        },
      ],
      ['no owner', foreign('default', 'cloudmap-web.shop.local', ['web.shop.local'])],
    ])('a ServiceEntry with %s is not adopted as one of the Istio Cloud Map operator', (_, entry) => {
      const plan = planOf({ listing: listingOf([web]), entries: [entry], options });
      expect(plan).toMatchObject({ apply: [], findings: [{ kind: 'DuplicateHost' }] });
    });

    it('a ServiceEntry of the Istio Cloud Map operator whose service does not exist is not deleted', () => {
      const plan = planOf({ listing: listingOf([]), entries: [operatorEntry('web.shop.local')], options });
      expect(plan).toMatchObject({ apply: [], delete: [] });
    });
  });

  describe('when the namespace of the entries changes', () => {
    const entries = many.map((service) => applied(entryFor(service)));
    const options = { namespace: 'imports' };

    it('ServiceEntries move to another namespace by deletion and creation, no more at once than the cap allows', () => {
      const plan = planOf({ listing: listingOf(many), entries, options });
      expect(plan.delete).toHaveLength(20);
      expect(plan.apply.map(({ action }) => action)).toEqual(Array.from({ length: 20 }, () => 'create'));
      const moved = new Set(plan.delete.map(({ entry }) => entry.metadata.name));
      expect(plan.apply.every(({ entry }) => moved.has(entry.name) && entry.namespace === 'imports')).toBe(
        true,
      );
    });

    it('a ServiceEntry in its former namespace is updated until it may be deleted', () => {
      const changed = many.map((service) => ({ ...service, instances: [] }));
      const plan = planOf({ listing: listingOf(changed), entries, options });
      const updates = plan.apply.filter(({ action }) => action === 'update');
      expect(updates).toHaveLength(80);
      expect(updates.every(({ entry }) => entry.namespace === 'default')).toBe(true);
    });

    it.each([
      ['somebody else has the host by now', foreign('apps', 'mine', ['s0.shop.local']), 'DuplicateHost'],
      ['its name is taken there', foreign('imports', 'cloudmap-s0.shop.local', ['x.local']), 'NameTaken'],
    ])('a ServiceEntry stays in its former namespace if %s', (_, other, kind) => {
      const [service = web] = many;
      const plan = planOf({
        listing: listingOf([{ ...service, instances: [] }]),
        entries: [applied(entryFor(service)), other],
        options,
      });
      expect(plan).toMatchObject({ delete: [], findings: [{ kind }] });
      expect(plan.apply).toMatchObject([{ action: 'update', entry: { namespace: 'default' } }]);
    });

    it('a ServiceEntry that is left in the former namespace, beside the new one, is deleted', () => {
      const copies = [applied(entryFor(web)), applied(entryFor(web, options))];
      const plan = planOf({ listing: listingOf([web]), entries: copies, options });
      expect(plan.delete.map(({ entry }) => entry.metadata.namespace)).toEqual(['default']);
      expect(plan.apply).toEqual([]);
    });
  });
});
