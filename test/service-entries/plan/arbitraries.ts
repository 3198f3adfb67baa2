import fc from 'fast-check';
import type {
  CloudMapInstance,
  CloudMapListing,
  CloudMapServiceView,
} from '../../../shared/service-entries/plan/cloud-map-view.ts';
import type { LiveEntry } from '../../../shared/service-entries/plan/entry.ts';
import { applied, foreign, listingOf, operatorEntry, optionsOf, planOf, serviceOf } from './fixtures.ts';

/** Few different values, so that things meet: addresses, numbers, names and hosts. */
const ipv4 = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.300', '');
const ipv6 = fc.constantFrom('fd00::1', '2001:DB8::2', '::ffff:10.0.0.1', 'fd00::1%eth0');
const name = fc.constantFrom(
  'db.example.com',
  'lb.example.com.',
  'bad_name.example.com',
  'a..b',
  '1.2',
  '10.0.0.9',
);
const portNumber = fc.constantFrom('80', '443', '8080', '9090', '0', '65536', 'x', '');
const portName = fc.constantFrom(
  'http',
  'grpc-web',
  'web',
  'tcp',
  'Metrics',
  'bad_name',
  '-',
  'x'.repeat(63),
);
const text = fc.oneof(fc.constantFrom('istio', 'true', 'v1', '', '-', 'x'.repeat(64)), fc.string());

const attributes: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    fc.record(
      {
        AWS_INSTANCE_IPV4: ipv4,
        AWS_INSTANCE_IPV6: ipv6,
        AWS_INSTANCE_CNAME: name,
        AWS_ALIAS_DNS_NAME: name,
        AWS_INSTANCE_PORT: portNumber,
        SERVICE_PORT: portNumber,
        SERVICE_PORT_NAME: portName,
        SERVICE_PROTOCOL: fc.constantFrom('TCP', 'UDP', 'x'),
        ENDPOINT_PORT_NAME: portName,
        READY: fc.constantFrom('true', 'false'),
        PROTOCOL: fc.constantFrom('http', 'HTTPS', 'grpc', 'mongo', 'x'),
        WEIGHT: fc.constantFrom('0', '1', '7', '1000000', '-1'),
        REGION: fc.constantFrom('eu-west-1', 'a/b', ''),
        AVAILABILITY_ZONE: fc.constantFrom('eu-west-1a', 'euw1-az1', '*'),
        'k8s.io/cluster': fc.constantFrom('production', 'staging'),
      },
      { requiredKeys: [] },
    ),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('app', 'version', 'security.istio.io/tlsMode', '__proto__')),
      text,
      { maxKeys: 4 },
    ),
  )
  .map(([known, others]) => ({ ...others, ...known }));

const health = fc.constantFrom('HEALTHY', 'UNHEALTHY', 'UNKNOWN', undefined);

/** Instance ids are unique in a service. */
export const instances: fc.Arbitrary<readonly CloudMapInstance[]> = fc
  .array(fc.record({ attributes, health }), { maxLength: 8 })
  .map((all) => all.map((each, index) => ({ ...each, id: `i${index}` })));

const serviceName = fc.oneof(
  fc.constantFrom('web', 'Web', 'api', 'web.shop', 'my_service', 'esc--x', '.', '_http._tcp', '7'),
  fc.string({ minLength: 1, maxLength: 20 }).map((each) => each.replaceAll('/', '_')),
);
const namespaceName = fc.oneof(
  fc.constantFrom('shop.local', 'local', 'shop', 'Prod/eu', '123', 'shop.local.'),
  fc.string({ minLength: 1, maxLength: 20 }),
);

const services: fc.Arbitrary<readonly CloudMapServiceView[]> = fc.uniqueArray(
  fc
    .tuple(serviceName, namespaceName, fc.option(instances, { nil: undefined, freq: 5 }))
    .map(([one, namespace, found]) => serviceOf(one, found, { in: namespace })),
  {
    maxLength: 6,
    selector: ({ namespace, name: one }) => `${namespace.name.toLowerCase()}/${one.toLowerCase()}`,
  },
);

export const listings: fc.Arbitrary<CloudMapListing> = fc
  .tuple(services, fc.boolean())
  .map(([all, isComplete]) => listingOf(all, isComplete));

export const options = fc
  .record({
    namespace: fc.constantFrom('default', 'imports'),
    location: fc.constantFrom('MESH_EXTERNAL' as const, 'MESH_INTERNAL' as const),
    importOwnPods: fc.boolean(),
    ipFamily: fc.constantFrom('dual' as const, 'ipv4' as const, 'ipv6' as const),
    addresses: fc.constantFrom('none' as const, 'first-endpoint' as const),
    adopt: fc.constantFrom('none' as const, 'istio-cloud-map' as const),
    exportTo: fc.constantFrom<string[] | undefined>(undefined, ['.'], ['shop', 'apps']),
    defaultPorts: fc.constantFrom({ http: 80, https: 443 }, { grpc: 9090 }, { web: 80, tcp: 8080 }),
  })
  .map((changes) => optionsOf(changes));

const others: fc.Arbitrary<readonly LiveEntry[]> = fc.uniqueArray(
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom('apps', 'default'),
        fc.constantFrom('web.shop.local', 'API.shop.local', 'x.local'),
      )
      .map(([namespace, host]) => foreign(namespace, `mine-${host.toLowerCase()}`, [host])),
    fc.constantFrom('web.shop.local', 'api.local').map((host) => operatorEntry(host)),
    fc.constant(foreign('default', 'cloudmap-api.shop.local', ['else.local'])),
    fc.constant({ ...foreign('apps', 'broken', []), spec: undefined }),
  ),
  { maxLength: 4, selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}` },
);

/** Entries of others, and those that an earlier plan wrote from other services with other options. */
export const entries: fc.Arbitrary<readonly LiveEntry[]> = fc
  .tuple(others, listings, options)
  .map(([theirs, listing, earlier]) => {
    const plan = planOf({ listing, options: earlier });
    const taken = new Set(theirs.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    const ours = plan.apply.map(({ entry }) => applied(entry));
    return [
      ...theirs,
      ...ours.filter(({ metadata }) => !taken.has(`${metadata.namespace}/${metadata.name}`)),
    ];
  });
