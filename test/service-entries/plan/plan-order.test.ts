import { describe, expect, it } from 'vitest';
import { applied, entryFor, foreign, instancesOf, ip, listingOf, planOf, serviceOf } from './fixtures.ts';

const web = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('10.0.0.2')));
const api = serviceOf('api', instancesOf(ip('10.0.1.1')));

describe('the order and the texts of the plan of ServiceEntries', () => {
  it('the plan has its writes in the order of their names, and its findings in that of their texts', () => {
    const services = ['d', 'a', 'c', 'b'].map((name) => serviceOf(name, instancesOf(ip('10.0.0.1'))));
    const live = services.map((service) => applied(entryFor(service)));
    // Two move to another namespace, one is updated there, one is new, and all have a duplicate.
    const entries = [
      ...live.slice(0, 2),
      applied(entryFor(serviceOf('c', []), { namespace: 'imports' })),
      ...['d', 'c', 'a'].map((name) => foreign('apps', name, [`${name}.shop.local`])),
    ];
    const listing = listingOf(services);
    const moves = planOf({ listing, entries: entries.slice(0, 3), options: { namespace: 'imports' } });
    expect(moves.apply.map(({ action, entry }) => `${action} ${entry.name}`)).toEqual([
      'create cloudmap-a.shop.local',
      'create cloudmap-b.shop.local',
      'update cloudmap-c.shop.local',
      'create cloudmap-d.shop.local',
    ]);
    expect(moves.delete.map(({ entry }) => entry.metadata.name)).toEqual([
      'cloudmap-a.shop.local',
      'cloudmap-d.shop.local',
    ]);
    expect(moves.unchanged).toBe(0);
    const { findings } = planOf({ listing, entries, options: { namespace: 'imports' } });
    expect(findings.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'DuplicateHost shop.local/a',
      'DuplicateHost shop.local/c',
      'DuplicateHost shop.local/d',
    ]);
  });

  it('the plan counts the ServiceEntries that it does not change', () => {
    const changed = serviceOf('api', instancesOf(ip('10.0.1.2')));
    const entries = [web, api].map((service) => applied(entryFor(service)));
    const plan = planOf({ listing: listingOf([web, changed]), entries });
    expect([plan.apply.length, plan.unchanged]).toEqual([1, 1]);
  });

  it('the plan states which service has the host of another one, and why a service gets no ServiceEntry', () => {
    const dotted = serviceOf('web.shop', instancesOf(ip('10.0.9.9')), { in: 'local' });
    const [first, second] = [serviceOf('a_', [], { in: 'a..b' }), serviceOf('b_', [], { in: 'a..b' })];
    const plan = planOf({ listing: listingOf([web, dotted, second, first]) });
    const reason = 'its name can be no host, even with its characters escaped';
    expect(plan.findings).toEqual([
      {
        ...{ kind: 'HostCollision', subject: 'shop.local/web' },
        message:
          'It has the host web.shop.local of Cloud Map service local/web.shop (own/own/local/web.shop), which comes first; at most one of them has an entry',
      },
      { kind: 'InvalidName', subject: 'a..b/a_', message: `It gets no entry: ${reason}` },
      { kind: 'InvalidName', subject: 'a..b/b_', message: `It gets no entry: ${reason}` },
    ]);
    expect(plan.skipped).toEqual([
      { kind: 'InvalidName', subject: 'a..b/a_', reason },
      { kind: 'InvalidName', subject: 'a..b/b_', reason },
    ]);
  });

  it('the plan refuses the deletions that come last by namespace and name', () => {
    const all = Array.from({ length: 12 }, (_, index) => serviceOf(`s${20 - index}`, []));
    const live = all.map((service, index) =>
      applied(entryFor(service, { namespace: index < 6 ? 'b' : 'a' })),
    );
    const plan = planOf({ listing: listingOf([]), entries: live });
    expect(
      plan.refusedDeletions.map(({ entry: { metadata } }) => `${metadata.namespace} ${metadata.name}`),
    ).toEqual(['b cloudmap-s19.shop.local', 'b cloudmap-s20.shop.local']);
    expect(plan.refusedDeletions[0]).toMatchObject({
      reason: 'Cloud Map service shop.local/s19 does not exist, or is no longer selected',
    });
  });
});
