import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveEntry } from '../../../shared/service-entries/plan/entry.ts';
import { hostOf } from '../../../shared/service-entries/plan/entry-name.ts';
import { hostsOf, isOwnEntry } from '../../../shared/service-entries/plan/entry-ownership.ts';
import { entries, instances, listings, options } from './arbitraries.ts';
import {
  afterPlan,
  applied,
  cluster,
  entryFor,
  instancesOf,
  ip,
  listingOf,
  planOf,
  serviceOf,
} from './fixtures.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 50);
const inputs = fc.record({
  listing: listings,
  entries,
  options,
  kubernetesServices: fc.constantFrom([], [{ namespace: 'shop', name: 'web' }]),
});

describe('the plan of ServiceEntries, whatever there is', () => {
  it('the plan of ServiceEntries is the same for another order of what was read', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const namespaces = input.listing.namespaces.toReversed().map((namespace) => ({
          ...namespace,
          services: namespace.services
            .toReversed()
            .map((service) => ({ ...service, instances: service.instances?.toReversed() })),
        }));
        const listing = { ...input.listing, namespaces };
        const reversed = { ...input, listing, entries: input.entries.toReversed() };
        expect(planOf(reversed)).toEqual(planOf(input));
      }),
      { numRuns },
    );
  });

  it('the plan of ServiceEntries leaves nothing to write once it is carried out', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plan = planOf(input);
        const again = planOf({ ...input, entries: afterPlan(input.entries, plan) });
        expect(again.apply).toEqual([]);
        expect(again.delete).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('the plan writes and deletes only our ServiceEntries, and those of the operator that it adopts', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plan = planOf(input);
        const touched = [
          ...plan.delete.map(({ entry }) => entry),
          ...plan.apply.flatMap((write) => (write.action === 'update' ? [write.live] : [])),
        ];
        expect(touched.every((entry) => isOwnEntry(entry, cluster))).toBe(true);
        const created = plan.apply.filter(({ action }) => action === 'create').map(({ entry }) => entry.name);
        const deleted = new Set(plan.delete.map(({ entry }) => entry.metadata.uid));
        const kept = input.entries.filter(({ metadata }) => !deleted.has(metadata.uid));
        const inUse = new Set(kept.flatMap(hostsOf).map((host) => `cloudmap-${host}`));
        expect(created.filter((name) => inUse.has(name))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('the plan deletes no ServiceEntry of a namespace that was not listed completely', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const partial = {
          isComplete: false,
          namespaces: input.listing.namespaces.map((each) => ({ ...each, isComplete: false })),
        };
        const { delete: deleted } = planOf({ ...input, listing: partial });
        const reasons = deleted.map(({ reason }) => reason);
        expect(reasons.filter((reason) => reason.includes('does not exist'))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('services with different names have ServiceEntries with different hosts, as DNS compares names', () => {
    const names = fc.tuple(
      fc.string({ minLength: 1 }),
      fc.constantFrom('_', '-', 'esc--', '-5f', ''),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(names, names, (a, b) => {
        const [one, other] = [a, b].map((parts) => parts.join('').replaceAll('.', '-').toLowerCase());
        const host = (serviceName = '') => hostOf({ namespaceName: 'local', serviceName });
        fc.pre(one !== other && host(one) !== undefined);
        expect(host(one)).not.toBe(host(other));
      }),
      { numRuns },
    );
  });

  it('the plan changes only endpoints of a ServiceEntry while instances with the same kind of attributes come and go', () => {
    const ports = fc.constantFrom(
      {},
      { AWS_INSTANCE_PORT: '80' },
      { AWS_INSTANCE_PORT: '8080', PROTOCOL: 'grpc' },
    );
    const counts = fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(ports, counts, (attributes, sizes) => {
        const serviceWith = (size: number) =>
          serviceOf(
            'web',
            instancesOf(...Array.from({ length: size }, (_, i) => ip(`10.0.${size}.${i}`, attributes))),
          );
        let live = applied(entryFor(serviceWith(1)));
        for (const size of sizes) {
          const { apply } = planOf({ listing: listingOf([serviceWith(size)]), entries: [live] });
          for (const write of apply) {
            expect(write).toMatchObject({ action: 'update', differences: ['spec.endpoints'] });
            live = applied(write.entry);
          }
        }
      }),
      { numRuns },
    );
  });

  it('a ServiceEntry keeps the ports that were chosen among instances that differ, also when one more joins them', () => {
    const port = fc.record(
      {
        AWS_INSTANCE_PORT: fc.constantFrom('80', '443', '8080', '9090'),
        SERVICE_PORT: fc.constantFrom('80', '22', '8080'),
        SERVICE_PORT_NAME: fc.constantFrom('web', 'http', 'a'),
        PROTOCOL: fc.constantFrom('http', 'tls', 'tcp'),
      },
      { requiredKeys: ['AWS_INSTANCE_PORT'] },
    );
    const several = fc.array(port, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(several, several, port, port, (before, after, usual, odd) => {
        const entryOf = (all: typeof before, live?: LiveEntry) =>
          entryFor(serviceOf('web', instancesOf(...all.map((each, i) => ip(`10.0.0.${i}`, each)))), {}, live);
        const former = applied(entryOf(before));
        for (const live of [undefined, former]) {
          const once = entryOf(after, live);
          expect(entryOf(after, applied(once))).toEqual(once);
        }
        const same = Array.from({ length: 9 }, () => usual);
        const { ports } = entryOf(same).spec;
        for (const live of [undefined, applied(entryOf(same))])
          expect(entryOf([...same, odd], live).spec.ports).toEqual(expect.arrayContaining([...ports]));
      }),
      { numRuns },
    );
  });

  it('every endpoint of a ServiceEntry has only ports of the service, and at least one', () => {
    fc.assert(
      fc.property(instances, options, (found, config) => {
        const { apply } = planOf({ listing: listingOf([serviceOf('web', found)]), options: config });
        for (const { entry } of apply) {
          const names = new Set(entry.spec.ports.map(({ name }) => name));
          expect(new Set(entry.spec.ports.map(({ number }) => number)).size).toBe(names.size);
          for (const { ports } of entry.spec.endpoints) {
            expect(Object.keys(ports).length).toBeGreaterThan(0);
            expect(Object.keys(ports).filter((name) => !names.has(name))).toEqual([]);
          }
        }
      }),
      { numRuns },
    );
  });
});
