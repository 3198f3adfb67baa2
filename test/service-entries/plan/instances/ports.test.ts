import { describe, expect, it } from 'vitest';
import type { LiveEntry } from '../../../../shared/service-entries/plan/entry.ts';
import {
  type Attributes,
  applied,
  entryFor,
  instancesOf,
  ip,
  listingOf,
  planOf,
  serviceOf,
} from '../fixtures.ts';

const at = (address: string, port: number | string, rest: Attributes = {}) =>
  ip(address, { AWS_INSTANCE_PORT: String(port), ...rest });

function entry(all: readonly Attributes[], live?: LiveEntry) {
  return entryFor(serviceOf('web', instancesOf(...all)), {}, live);
}

/** `http 80 HTTP`, and the ports of each endpoint. */
function ports(all: readonly Attributes[], live?: LiveEntry) {
  const { spec } = entry(all, live);
  return {
    ports: spec.ports.map(({ name, number, protocol }) => `${name} ${number} ${protocol}`),
    endpoints: spec.endpoints.map((each) => ({ [each.address]: each.ports })),
  };
}

describe('the ports of an entry', () => {
  it('instances that listen at different numbers have one logical port, with the number of each endpoint', () => {
    expect(ports([at('10.0.0.1', 8080), at('10.0.0.2', 9090), at('10.0.0.3', 9090)])).toEqual({
      ports: ['tcp 9090 TCP'],
      endpoints: [
        { '10.0.0.1': { tcp: 8080 } },
        { '10.0.0.2': { tcp: 9090 } },
        { '10.0.0.3': { tcp: 9090 } },
      ],
    });
  });

  it('Amazon ECS tasks on one host have one logical port, with an endpoint for each task', () => {
    const ecs = {
      ECS_CLUSTER_NAME: 'c',
      ECS_SERVICE_NAME: 's',
      ECS_TASK_DEFINITION_FAMILY: 'f',
      EC2_INSTANCE_ID: 'i-1',
    };
    const all = [at('10.0.0.1', 32769, ecs), at('10.0.0.1', 32768, ecs), at('10.0.0.2', 32768, ecs)];
    expect(ports(all)).toEqual({
      ports: ['tcp 32768 TCP'],
      endpoints: [
        { '10.0.0.1': { tcp: 32768 } },
        { '10.0.0.1': { tcp: 32769 } },
        { '10.0.0.2': { tcp: 32768 } },
      ],
    });
  });

  it('a ServiceEntry has the ports of the Service that the MCS controller exports, with the numbers of the endpoints', () => {
    const mcs = (name: string, port: number, target: number, address: string) =>
      at(address, target, {
        SERVICE_PORT_NAME: name,
        SERVICE_PORT: String(port),
        SERVICE_TARGET_PORT: name,
        SERVICE_PROTOCOL: 'TCP',
        ENDPOINT_PORT_NAME: name,
        ENDPOINT_PROTOCOL: 'TCP',
        READY: 'true',
      });
    const all = ['10.0.0.1', '10.0.0.2'].flatMap((address, index) => [
      mcs('grpc-api', 80, 8080 + index, address),
      mcs('metrics', 9100, 9100, address),
    ]);
    expect(ports(all)).toEqual({
      ports: ['grpc-api 80 GRPC', 'metrics 9100 TCP'],
      endpoints: [
        { '10.0.0.1': { 'grpc-api': 8080, metrics: 9100 } },
        { '10.0.0.2': { 'grpc-api': 8081, metrics: 9100 } },
      ],
    });
  });

  it('a port without a name has the number of SERVICE_PORT', () => {
    expect(ports([at('10.0.0.1', 8080, { SERVICE_PORT: '80', SERVICE_PORT_NAME: '' })]).ports).toEqual([
      'http 80 HTTP',
    ]);
  });

  it.each([
    ['http', 'http 8080 HTTP'],
    ['GRPC', 'grpc 8080 GRPC'],
    ['http2', 'http2 8080 HTTP2'],
    ['tls', 'tls 8080 TLS'],
    ['mongo', 'mongo 8080 MONGO'],
    ['gopher', 'tcp 8080 TCP'],
  ])('a port has the protocol that the attribute PROTOCOL names: %s', (PROTOCOL, port) => {
    expect(ports([at('10.0.0.1', 8080, { PROTOCOL })]).ports).toEqual([port]);
  });

  it.each(['UDP', 'sctp'])(
    'an instance of protocol %s is no endpoint of a ServiceEntry, because Istio does not route it',
    (SERVICE_PROTOCOL) => {
      const all = [at('10.0.0.1', 53, { SERVICE_PROTOCOL }), at('10.0.0.2', 80)];
      expect(ports(all)).toEqual({ ports: ['http 80 HTTP'], endpoints: [{ '10.0.0.2': { http: 80 } }] });
    },
  );

  it('an instance whose attribute PROTOCOL is UDP is no endpoint of a ServiceEntry', () => {
    expect(ports([at('10.0.0.1', 53, { PROTOCOL: 'udp' }), at('10.0.0.2', 80)]).endpoints).toHaveLength(1);
  });

  it('an attribute that is no valid port or weight is reported', () => {
    const service = serviceOf(
      'web',
      instancesOf(at('10.0.0.1', '65536'), at('10.0.0.2', 80, { WEIGHT: '1.5' })),
    );
    const { findings } = planOf({ listing: listingOf([service]) });
    expect(findings.filter(({ kind }) => kind === 'InvalidAttribute').map(({ message }) => message)).toEqual([
      'AWS_INSTANCE_PORT is no port number, and the default ports are used instead: 1 instance; the first is i0',
      'WEIGHT is no integer from 0 to 1,000,000, and is ignored: 1 instance; the first is i1',
    ]);
  });

  it.each(['0', '65536', '-1', '80.0', '1e3', '', 'tetrate.io'])(
    'an instance with the invalid port "%s" has the default ports',
    (port) => {
      expect(ports([at('10.0.0.1', port)]).ports).toEqual(['http 80 HTTP', 'https 443 HTTPS']);
    },
  );

  it('endpoints that lack a port are reported, because Istio cannot leave them out', () => {
    const plan = planOf({
      listing: listingOf([serviceOf('web', instancesOf(at('10.0.0.1', 80), at('10.0.0.2', 443)))]),
    });
    expect(plan.findings.map(({ kind, message }) => `${kind} ${message}`)).toEqual([
      expect.stringContaining(
        'PortsDiffer 1 of 2 endpoints have no port http and get its requests at 80; the first is 10.0.0.2',
      ),
      expect.stringContaining('PortsDiffer 1 of 2 endpoints have no port https'),
    ]);
  });

  it('a port with the number of another port is left out and reported', () => {
    const all = [
      at('10.0.0.1', 8080, { ENDPOINT_PORT_NAME: 'a' }),
      at('10.0.0.2', 8080, { ENDPOINT_PORT_NAME: 'b' }),
    ];
    const plan = planOf({ listing: listingOf([serviceOf('web', instancesOf(...all))]) });
    expect(plan.apply[0]?.entry.spec).toMatchObject({
      ports: [{ name: 'a', number: 8080 }],
      endpoints: [{ address: '10.0.0.1', ports: { a: 8080 } }],
    });
    expect(plan.findings).toMatchObject([{ kind: 'PortSkipped' }]);
  });

  describe('are not decided by one instance of ten:', () => {
    const nine = (rest: Attributes = {}) =>
      Array.from({ length: 9 }, (_, index) => at(`10.0.0.${index + 1}`, 8080, rest));
    const cases: readonly [string, Attributes, Attributes, string][] = [
      ['a SERVICE_PORT', {}, { SERVICE_PORT: '22' }, 'tcp 8080 TCP'],
      ['a PROTOCOL', {}, { PROTOCOL: 'tls' }, 'tcp 8080 TCP'],
      ['a name', {}, { SERVICE_PORT_NAME: 'tls-x', SERVICE_PORT: '8080' }, 'tcp 8080 TCP'],
      ['another PROTOCOL', { PROTOCOL: 'tls' }, { PROTOCOL: 'http' }, 'tls 8080 TLS'],
      [
        'another SERVICE_PORT',
        { SERVICE_PORT_NAME: 'web', SERVICE_PORT: '80' },
        { SERVICE_PORT_NAME: 'web', SERVICE_PORT: '22' },
        'web 80 HTTP',
      ],
      [
        'another PROTOCOL of the name',
        { SERVICE_PORT_NAME: 'http' },
        { SERVICE_PORT_NAME: 'http', PROTOCOL: 'tls' },
        'http 8080 HTTP',
      ],
      [
        'PROTOCOL=tls at port 80',
        { AWS_INSTANCE_PORT: '80' },
        { PROTOCOL: 'tls', AWS_INSTANCE_PORT: '80' },
        'http 80 HTTP',
      ],
      ['the port 80', {}, { AWS_INSTANCE_PORT: '80' }, 'tcp 8080 TCP'],
    ];

    it.each(cases)('one instance of ten with %s never decides the ports', (_, usual, odd, port) => {
      const all = [...nine(usual), at('10.0.0.10', 8080, odd)];
      for (const live of [undefined, applied(entry(nine(usual))), applied(entry(all))])
        for (const order of [all, all.toReversed()]) expect(ports(order, live).ports).toEqual([port]);
    });

    it.each(cases.slice(0, 7))('one instance of ten with %s is named in a finding', (_, usual, odd) => {
      const service = serviceOf('web', instancesOf(...nine(usual), at('10.0.0.10', 8080, odd)));
      const { findings } = planOf({ listing: listingOf([service]) });
      expect(findings).toMatchObject([
        { kind: expect.stringMatching(/^Port(sDiffer|Skipped)$/), message: expect.stringMatching(/\bi9\b/) },
      ]);
    });

    it('one instance of ten with a name that sorts first does not take the number of a port from the others', () => {
      const web = nine({ SERVICE_PORT_NAME: 'web', SERVICE_PORT: '80' });
      const all = [...web, at('10.0.0.10', 8080, { SERVICE_PORT_NAME: 'a', SERVICE_PORT: '80' })];
      for (const live of [undefined, applied(entry(web))])
        expect(ports(all, live).ports).toEqual(['web 80 HTTP', 'a 8080 HTTP']);
    });

    it('one SERVICE_PORT does not decide the port of nine tasks that listen at different numbers', () => {
      const tasks = Array.from({ length: 9 }, (_, index) => at(`10.0.0.${index + 1}`, 32768 + index));
      const all = [...tasks, at('10.0.0.10', 8080, { SERVICE_PORT: '22' })];
      expect(ports(all).ports).toEqual(['tcp 32768 TCP']);
    });

    it('the ports of a ServiceEntry stay until no instance agrees with those that it remembers', () => {
      const live = applied(entry(nine()));
      const changed = nine({ PROTOCOL: 'grpc' });
      expect(ports([at('10.0.0.10', 8080), ...changed], live).ports).toEqual(['tcp 8080 TCP']);
      expect(ports(changed, live).ports).toEqual(['grpc 8080 GRPC']);
    });

    it('if equally many instances name two ports, the lower number and the first protocol are taken', () => {
      const named = (port: string, PROTOCOL: string) =>
        at('10.0.0.1', 8080, { SERVICE_PORT_NAME: 'web', SERVICE_PORT: port, PROTOCOL });
      expect(ports([named('81', 'tls'), named('80', 'http')]).ports).toEqual(['web 80 HTTP']);
      expect(ports([named('80', 'http'), named('81', 'tls')]).ports).toEqual(['web 80 HTTP']);
    });
  });

  describe('stay while instances come and go:', () => {
    const live = applied(entry([at('10.0.0.1', 8080)]));

    it('the number of a port stays when all instances have another one', () => {
      expect(ports([at('10.0.0.2', 9090)], live)).toEqual({
        ports: ['tcp 8080 TCP'],
        endpoints: [{ '10.0.0.2': { tcp: 9090 } }],
      });
    });

    it('the ports of a ServiceEntry stay when the last instance goes and others come', () => {
      const empty = entry([], live);
      expect(empty.spec.ports).toEqual(entry([at('10.0.0.1', 8080)]).spec.ports);
      expect(ports([at('10.0.0.2', 9090)], applied(empty)).ports).toEqual(['tcp 8080 TCP']);
    });

    it('the protocol of a port stays when one of several versions listens at a standard port', () => {
      expect(ports([at('10.0.0.1', 8080), at('10.0.0.2', 80)], live)).toEqual({
        ports: ['tcp 8080 TCP'],
        endpoints: [{ '10.0.0.1': { tcp: 8080 } }, { '10.0.0.2': { tcp: 80 } }],
      });
      const http = applied(entry([at('10.0.0.1', 80)]));
      expect(ports([at('10.0.0.1', 80), at('10.0.0.2', 8080)], http)).toEqual({
        ports: ['http 80 HTTP'],
        endpoints: [{ '10.0.0.1': { http: 80 } }, { '10.0.0.2': { http: 8080 } }],
      });
    });

    it('the ports of a ServiceEntry that never had instances do not stay', () => {
      const empty = applied(entry([]));
      expect(ports([at('10.0.0.1', 8080)], empty).ports).toEqual(['tcp 8080 TCP']);
    });

    it('the number of a port changes when the instances name another SERVICE_PORT', () => {
      const named = (port: string) => at('10.0.0.1', 8080, { SERVICE_PORT: port, SERVICE_PORT_NAME: 'web' });
      expect(ports([named('81')], applied(entry([named('80')]))).ports).toEqual(['web 81 TCP']);
    });

    it.each([
      'tcp=70000/TCP',
      'tcp=1/TCP,tcp=2/TCP',
      'a=1/TCP,b=1/TCP',
      'tcp=8080/UDP',
      'tcp=08080/TCP',
      'x',
      '',
    ])('the ports of a ServiceEntry do not stay by an annotation that is not valid: %s', (text) => {
      const annotations = { ...live.metadata.annotations, 'eks-mesh-sync/ports': text };
      const changed = { ...live, metadata: { ...live.metadata, annotations } };
      expect(ports([at('10.0.0.2', 9090)], changed).ports).toEqual(['tcp 9090 TCP']);
    });
  });
});
