import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { LiveEntry } from '../../shared/service-entries/plan/entry.ts';
import {
  type Attributes,
  applied,
  entryFor,
  foreign,
  instancesOf,
  listingOf,
  operatorEntry,
  planOf,
  serviceOf,
} from './plan/fixtures.ts';
import { missingVectors, vector } from './vectors.ts';

/**
 * The tables of the Istio Cloud Map operator's own tests, on our plan. What they take for granted and the facts call a fault
 * is stated at its case, with the right behaviour.
 */
const attributes = z.record(z.string(), z.string());
const endpoint = z.object({ address: z.string(), ports: z.optional(z.record(z.string(), z.number())) });
type Endpoint = z.output<typeof endpoint>;
const instance = z.object({ attributes });
const instances = z.nullable(z.array(instance));

describe.skipIf(missingVectors !== undefined)(
  `the operator's tables${missingVectors ? ` (${missingVectors})` : ''}`,
  () => {
    describe('of an instance', () => {
      it.each(vector('instance_to_endpoint.json').cases)(
        'the endpoint of an instance is that of the operator: $name',
        ({ in: input, want }) => {
          const { attributes: of } = instance.parse(input);
          const [ours] = endpointsFor([of]);
          if (want !== null) expect(ours).toEqual(want);
          // Its fault 9: an alias of a load balancer is dropped.
          else expect(ours).toEqual({ address: of.AWS_ALIAS_DNS_NAME, ports: { http: 80, https: 443 } });
        },
      );

      it.each(vector('instances_to_endpoints.json').cases)(
        'the endpoints of several instances are those of the operator: $name',
        ({ in: input, want }) => {
          const all = (instances.parse(input) ?? []).map((each) => each.attributes);
          const ours = endpointsFor(all);
          const aliases = all.flatMap(({ AWS_ALIAS_DNS_NAME }) => AWS_ALIAS_DNS_NAME ?? []);
          expect(ours.filter(({ address }) => !aliases.includes(address))).toEqual(want);
        },
      );
    });

    describe('of ports', () => {
      it.each(vector('infer_proto.json').cases)('the port $in is named $want', ({ in: port, want }) => {
        const [first] = portsFor([{ AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: String(port) }]);
        expect(first?.name).toBe(want);
      });

      it.each(vector('infer_ports.json').cases)(
        'the ports of a ServiceEntry are those of the operator: $name',
        ({ in: input, want, upstreamBug }) => {
          const ours = portsFor(z.array(endpoint).parse(input).map(attributesOf));
          // Its fault 7: two ports of one name, which the API refuses. They are one logical port.
          if (upstreamBug === true) expect(ours).toEqual([{ number: 8080, name: 'tcp', protocol: 'TCP' }]);
          else expect(ours).toEqual(want);
        },
      );

      it.each(vector('infer_endpoint.json').cases)(
        'the ports of an endpoint are those of the operator: $name',
        ({ in: input, want }) => {
          const { address, port } = z.object({ address: z.string(), port: z.number() }).parse(input);
          expect(endpointsFor([{ AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: String(port) }])).toEqual([
            want,
          ]);
        },
      );
    });

    it.each(vector('infer_resolution.json').cases)(
      'the resolution of a ServiceEntry is that of the operator, or STATIC without endpoints: $name',
      ({ in: input, want }) => {
        const all = z.nullable(z.array(endpoint)).parse(input) ?? [];
        const { resolution } = entryFor(serviceOf('demo', instancesOf(...all.map(attributesOf)))).spec;
        // Without endpoints DNS makes the proxy resolve the host itself; STATIC answers 503 at once.
        expect(resolution).toBe(all.length === 0 ? 'STATIC' : want);
      },
    );

    it.each(vector('hosts_for_namespace.json').cases)('namespace hosts match the operator: $name', (one) => {
      const namespace = z.object({ name: z.string() }).parse(one.namespace);
      const services = z.optional(z.array(z.object({ name: z.string() }))).parse(one.listServices) ?? [];
      if (one.wantError === true) return expectNothingIsDeleted(namespace.name, services);
      const found = z
        .array(instance)
        .parse(one.discoverInstances)
        .map((each) => each.attributes);
      const views = services.map(({ name }) =>
        serviceOf(name, instancesOf(...found), { in: namespace.name }),
      );
      const { apply } = planOf({ listing: listingOf(views) });
      const ours = Object.fromEntries(apply.map(({ entry }) => [entry.host, entry.spec.endpoints]));
      // A service without instances is its own endpoint there: the proxy resolves a name that nobody registered.
      if (found.length === 0) expect(ours).toEqual({ 'demo.tetrate.io': [] });
      else expect(ours).toEqual(one.want);
    });

    it.each(vector('service_entry_golden.json').cases)(
      'a whole ServiceEntry is that of the operator: $name',
      ({ host, endpoints, want }) => {
        const [serviceName = '', ...namespace] = z.string().parse(host).split('.');
        const all = z.array(endpoint).parse(endpoints);
        const isEmpty = all.some(({ address }) => address === host);
        const found = isEmpty ? [] : instancesOf(...all.map(attributesOf));
        const service = serviceOf(serviceName, found, { in: namespace.join('.') });
        const { metadata, spec } = z
          .object({
            metadata: z.object({ name: z.string() }),
            spec: z.looseObject({ addresses: z.array(z.string()) }),
          })
          .parse(want);
        const { addresses, ...rest } = spec;
        const ours = entryFor(service, { addresses: 'first-endpoint' });
        expect(ours.name).toBe(metadata.name);
        expect(ours.spec.addresses ?? []).toEqual(addresses);
        expect(entryFor(service).spec).toEqual(
          isEmpty ? { ...rest, resolution: 'STATIC', endpoints: [] } : rest,
        );
      },
    );

    describe('of ownership', () => {
      const table = vector('serviceentry_ownership.json') as unknown as OwnershipTable;

      it.each(ownershipCases(table))('only own ServiceEntries are deleted: $name', ({ present, theirs }) => {
        const own = ['1.us', '2.us'].map((host) => applied(entryFor(hostService(host))));
        const entries = present.flatMap((entity): readonly LiveEntry[] =>
          entity === 'us'
            ? own
            : (table.entities[entity]?.hosts ?? []).map((host) => foreign('apps', host, [host])),
        );
        const plan = planOf({ listing: listingOf([]), entries });
        const deleted = plan.delete.map(({ entry }) => entry.metadata.name);
        expect(deleted).toEqual(present.includes('us') ? ['cloudmap-1.us', 'cloudmap-2.us'] : []);
        // Its fault 4: entries without an owner count as its own. They are somebody else's.
        const foreignHosts = present.includes('noOwners') ? [...theirs, 'no.owners'] : theirs;
        const listing = listingOf(foreignHosts.map((host) => hostService(host)));
        const found = planOf({ listing, entries });
        expect(found.apply).toEqual([]);
        expect(found.findings.map(({ kind }) => kind)).toEqual(foreignHosts.map(() => 'DuplicateHost'));
      });

      it('a ServiceEntry of the operator is recognized after a restart of the operator, with another uid', () => {
        const { derivedRestartHazard } = table;
        const { apiVersion } = derivedRestartHazard.existing;
        const entries = [operatorEntry('demo.us', apiVersion)];
        const options = { adopt: 'istio-cloud-map' as const };
        expect(derivedRestartHazard.recommended).toBe('US');
        expect(
          planOf({ listing: listingOf([hostService('demo.us')]), entries, options }).apply,
        ).toMatchObject([{ action: 'replace' }]);
      });
    });

    it.each(vector('synchronizer_create_or_update.json').cases)('writes match the operator: $name', (one) => {
      const { host, ourServiceEntries, endpoints, want, recommended } = synchronizerCase.parse(one);
      const entries = Object.entries(ourServiceEntries).map(([name, { endpoints: theirs }]) =>
        applied(entryFor(hostService(name, theirs))),
      );
      const { apply } = planOf({ listing: listingOf([hostService(host, endpoints)], false), entries });
      const { create, update } = recommended ?? want;
      const actions = [...(create ? ['create'] : []), ...(update ? ['update'] : [])];
      expect(apply.map(({ action }) => action)).toEqual(actions);
    });

    it.each(vector('synchronizer_garbage_collect.json').cases)(
      'deletions match the operator: $name',
      (one) => {
        const { ourServiceEntries, cloudMapHosts, wantDelete, wantName } = garbageCase.parse(one);
        const entries = Object.entries(ourServiceEntries).map(([name, { endpoints }]) =>
          applied(entryFor(hostService(name, endpoints))),
        );
        const services = Object.entries(cloudMapHosts).map(([name, endpoints]) =>
          hostService(name, endpoints),
        );
        const deleted = planOf({ listing: listingOf(services), entries }).delete;
        expect(deleted.map(({ entry }) => entry.metadata.name)).toEqual(wantDelete ? [wantName] : []);
      },
    );
  },
);

const entrySpec = z.object({ endpoints: z.array(endpoint) });
const writes = z.object({ create: z.boolean(), update: z.boolean() });
const synchronizerCase = z.object({
  host: z.string(),
  ourServiceEntries: z.record(z.string(), entrySpec),
  endpoints: z.array(endpoint),
  want: writes,
  recommended: z.optional(writes),
});
const garbageCase = z.object({
  ourServiceEntries: z.record(z.string(), entrySpec),
  cloudMapHosts: z.record(z.string(), z.array(endpoint)),
  wantDelete: z.boolean(),
  wantName: z.optional(z.string()),
});

interface OwnershipTable {
  readonly entities: Readonly<Record<string, { readonly hosts: readonly string[] }>>;
  readonly insert?: readonly {
    readonly name: string;
    readonly insert: readonly string[];
    readonly wantTheirs: readonly string[];
  }[];
  readonly classify?: readonly {
    readonly name: string;
    readonly insert: readonly string[];
    readonly wantThem: readonly string[];
  }[];
  readonly deleteAfterInsertingAll?: readonly {
    readonly name: string;
    readonly delete: readonly string[];
    readonly wantTheirs: readonly string[];
  }[];
  readonly derivedRestartHazard: {
    readonly existing: { readonly apiVersion: string };
    readonly recommended: string;
  };
}

/** Which entries are there, and whose hosts are somebody else's. */
function ownershipCases({ insert = [], classify = [], deleteAfterInsertingAll = [] }: OwnershipTable) {
  const all = ['noOwners', 'us', 'them'];
  return [
    ...insert.map(({ name, insert: present, wantTheirs }) => ({
      name: `insert: ${name}`,
      present,
      theirs: wantTheirs,
    })),
    ...classify.map(({ name, insert: present, wantThem }) => ({
      name: `classify: ${name}`,
      present,
      theirs: wantThem,
    })),
    ...deleteAfterInsertingAll.map((one) => ({
      name: `delete: ${one.name}`,
      present: all.filter((entity) => !one.delete.includes(entity)),
      theirs: one.wantTheirs,
    })),
  ];
}

function hostService(host: string, endpoints: readonly Endpoint[] = []) {
  const [name = '', ...namespace] = host.split('.');
  return serviceOf(name, instancesOf(...endpoints.map(attributesOf)), { in: namespace.join('.') });
}

/** The attributes of an instance from which the operator makes the endpoint. */
function attributesOf({ address, ports = {} }: Endpoint): Attributes {
  const isName = !/^[\d.]+$|:/.test(address);
  const field = isName
    ? 'AWS_INSTANCE_CNAME'
    : address.includes(':')
      ? 'AWS_INSTANCE_IPV6'
      : 'AWS_INSTANCE_IPV4';
  const [port, ...others] = Object.values(ports);
  return {
    [field]: address,
    ...(port !== undefined && others.length === 0 && { AWS_INSTANCE_PORT: String(port) }),
  };
}

function endpointsFor(all: readonly Attributes[]) {
  return entryFor(serviceOf('demo', instancesOf(...all))).spec.endpoints;
}

function portsFor(all: readonly Attributes[]) {
  return entryFor(serviceOf('demo', instancesOf(...all))).spec.ports;
}

/** A read that fails leaves the listing incomplete, or the instances unread. */
function expectNothingIsDeleted(namespace: string, services: readonly { readonly name: string }[]): void {
  const entries = [applied(entryFor(serviceOf('demo', [], { in: namespace })))];
  const unread = services.map(({ name }) => serviceOf(name, undefined, { in: namespace }));
  const isListed = services.length > 0;
  expect(planOf({ listing: listingOf(unread, isListed), entries })).toMatchObject({
    apply: [],
    delete: [],
    unchanged: 1,
  });
}
