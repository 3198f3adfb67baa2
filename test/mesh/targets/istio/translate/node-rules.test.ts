import { describe, expect, it } from 'vitest';
import { Directory } from '../../../../../shared/mesh/plan/directory.ts';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { virtualNodeOutcome } from '../../../../../shared/mesh/targets/istio/translate/node/virtual-node.ts';
import type { Manifest } from '../../../harness/harness.ts';
import { aMesh, aNamespace, aNode, aRouter, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

type Spec = Readonly<Record<string, unknown>>;

const labels = new Map([['apps', { mesh: 'shop' }]]);

function outcomeIn(directory: Directory, name: string) {
  const entry = directory.find('VirtualNode', { namespace: 'apps', name });
  if (entry === undefined || !isOfKind(entry, 'VirtualNode')) throw new Error(JSON.stringify(entry));
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  const { wanted, differences } = virtualNodeOutcome(entry, place, directory);
  const rules = wanted.filter(({ kind }) => kind !== 'Sidecar' && kind !== 'PeerAuthentication');
  return { wanted, rules, sidecar: wanted.find(({ kind }) => kind === 'Sidecar')?.spec, differences };
}
const outcomeOf = (name: string, ...manifests: readonly Manifest[]) =>
  outcomeIn(directoryOf(aNamespace(), aMesh(), ...manifests), name);
const refused = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'refused', message, instead },
});
const podSelector = { matchLabels: { app: 'blue' } };
const idle = (value: number) => ({ timeout: { tcp: { idle: { unit: 's', value } } } });
const listening = (port: number, more: Spec = {}) => ({ portMapping: { port, protocol: 'tcp' }, ...more });
const at = (host: string, ...listeners: readonly Spec[]) => ({
  serviceDiscovery: { dns: { hostname: `${host}.svc.cluster.local` } },
  listeners,
});
const tlsOf = (certificate: Spec, mode = 'STRICT') => ({ tls: { mode, certificate } });
const file = { file: { certificateChain: '/a.pem', privateKey: '/a.key' } };

describe('the rules of nodes with one Service', () => {
  const nodes = [
    aNode('b', at('one.apps', listening(80, idle(1)))),
    aNode('a', at('one.apps', listening(80, idle(2)), listening(81))),
    aNode('c', at('one.apps', listening(80, idle(2)))),
  ];
  const directory = directoryOf(aNamespace(), aMesh(), ...nodes);

  it('are those of the first by name, in whatever order they are listed', () => {
    const settings = [{ port: { number: 80 }, connectionPool: { tcp: { idleTimeout: '2s' } } }];
    for (const listed of [directory.entries, directory.entries.toReversed()]) {
      const found = (name: string) => outcomeIn(new Directory(listed, labels), name);
      const spec = { host: 'one.apps.svc.cluster.local', trafficPolicy: { portLevelSettings: settings } };
      expect(found('a').rules).toEqual([{ kind: 'DestinationRule', namespace: 'apps', name: 'a', spec }]);
      expect([found('b').rules, found('c').rules]).toEqual([[], []]);
    }
  });

  it('are refused of one that wants something else', () => {
    const refusedOf = (name: string) =>
      outcomeIn(directory, name).differences.filter(({ effect }) => effect === 'refused');
    expect(refusedOf('b')).toEqual([
      refused(
        'spec.serviceDiscovery.dns.hostname',
        'VirtualNode "a" has other settings for this host and port',
        'a Service of its own',
      ),
    ]);
    expect([refusedOf('a'), refusedOf('c')]).toEqual([[], []]);
  });

  it('are not those of a node outside the mesh, or of another Service', () => {
    const outside = { ...nodes[1], metadata: { name: 'a', namespace: 'outside' } } as Manifest;
    const own = aNode('d', at('one.apps', listening(80, idle(1))));
    const there = { ...outside, spec: at('one.outside', listening(80, idle(9))) } as Manifest;
    const invalid = aNode('a', at('a_b.apps', listening(80, idle(9))));
    for (const other of [outside, there, invalid, aNode('a', { listeners: [], serviceDiscovery: null })]) {
      const { rules, differences } = outcomeOf('d', other, own);
      expect(rules).toHaveLength(1);
      expect(differences.filter(({ effect }) => effect === 'refused')).toEqual([]);
    }
  });

  it('are none of a Service of another namespace: what they would have is reported', () => {
    const outlierDetection = {
      ...{ maxServerErrors: 3, maxEjectionPercent: 20 },
      ...{ interval: { unit: 's', value: 5 }, baseEjectionDuration: { unit: 's', value: 6 } },
    };
    const why = 'the service is not of this namespace, and Istio applies no rules for it';
    const instead = 'the VirtualNode in the namespace of the Service';
    const foreign = at(
      'one.other',
      listening(80, { timeout: null }),
      listening(81, { timeout: { http: { perRequest: { unit: 's', value: 1 } } } }),
      listening(82, { ...idle(1), outlierDetection, ...tlsOf(file) }),
    );
    const { differences, rules } = outcomeOf('blue', aNode('blue', foreign));
    expect(rules).toEqual([]);
    expect(differences.filter(({ message }) => message === why)).toEqual([
      refused('spec.listeners[2].tls', why, instead),
      { path: 'spec.listeners[2].outlierDetection', effect: 'differs', message: why, instead },
      { path: 'spec.listeners[2].timeout.tcp.idle', effect: 'differs', message: why, instead },
    ]);
  });
});

describe('the TLS that a node demands of its backends', () => {
  const trust = { file: { certificateChain: '/ca.pem' } };
  const policy = (tls: Spec) => ({ clientPolicy: { tls: { validation: { trust }, ...tls } } });
  const backend = (name: string, more: Spec = {}) => ({
    virtualService: { virtualServiceRef: { name }, ...more },
  });
  const client = (...backends: readonly Spec[]) =>
    aNode('front', { ...at('front.apps', listening(80)), podSelector, backends });
  const services = ['orders', 'cart'].map((name) => aService(name, 'node/blue'));
  const blue = aNode('blue', at('blue.apps', listening(80), listening(81)));

  it('is one policy for each node', () => {
    const two = (second: Spec) =>
      outcomeOf('front', blue, ...services, client(backend('orders', policy({})), backend('cart', second)));
    expect(two(policy({})).differences).toEqual([]);
    expect(two({}).differences).toEqual([]);
    const [rule] = two(policy({ ports: [81] })).rules;
    expect(two(policy({ ports: [81] })).differences).toEqual([
      refused(
        'spec.backends[1].virtualService.clientPolicy',
        'another policy leads to VirtualNode "blue", too',
        'one policy for both',
      ),
    ]);
    expect(rule?.name).toBe('front-to-apps-blue-client');
  });

  it('is for the ports that it names, of those of the node', () => {
    const portsOf = (tls: Spec) =>
      outcomeOf('front', blue, ...services, client(backend('orders', policy(tls)))).rules.map(
        ({ spec }) => spec,
      );
    const demanded = {
      ...{ mode: 'SIMPLE', caCertificates: '/ca.pem' },
      subjectAltNames: ['blue.apps.svc.cluster.local'],
    };
    const rule = (...ports: readonly number[]) => ({
      ...{ host: 'blue.apps.svc.cluster.local', workloadSelector: podSelector },
      trafficPolicy: {
        portLevelSettings: ports.map((number) => ({ port: { number }, tls: demanded })),
      },
    });
    expect(portsOf({})).toEqual([rule(80, 81)]);
    expect(portsOf({ ports: [] })).toEqual([rule(80, 81)]);
    expect(portsOf({ ports: [81, 82] })).toEqual([rule(81)]);
    expect(portsOf({ ports: [82] })).toEqual([]);
  });

  it('has no rule of a node without a host, of an invalid service, or of pods that nothing selects', () => {
    const lost = aNode('blue', { ...at('blue.apps', listening(80)), serviceDiscovery: null, listeners: [] });
    const hidden = aNode('blue', {
      ...at('blue', listening(80)),
      serviceDiscovery: { dns: { hostname: 'blue' } },
    });
    const demanding = client(backend('orders', policy({})));
    expect(outcomeOf('front', hidden, ...services, demanding).rules).toEqual([]);
    expect(outcomeOf('front', lost, ...services, demanding).rules).toEqual([]);
    const invalid = aService('orders', 'node/blue', { colour: 'x' });
    expect(outcomeOf('front', blue, invalid, demanding).rules).toEqual([]);
    const unselected = { ...demanding, spec: { ...demanding.spec, podSelector: null } } as Manifest;
    expect(outcomeOf('front', blue, ...services, unselected).wanted).toEqual([]);
  });

  const instead = 'file, mounted into the proxy; or no tls: Istio encrypts by itself';
  const field = 'spec.backendDefaults.clientPolicy.tls';
  const acm = {
    certificateAuthorityARNs: ['arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/a'],
  };
  it.each<readonly [tls: Spec, fields: readonly string[]]>([
    [{ validation: { trust } }, []],
    [{ validation: { trust: { acm } } }, ['validation.trust.acm']],
    [{ validation: { trust: { acm } }, enforce: false }, []],
    [
      { validation: { trust: { sds: { secretName: 'a' } } }, certificate: { sds: { secretName: 'a' } } },
      ['certificate.sds', 'validation.trust.sds'],
    ],
  ])('of %j is refused: %j', (tls, fields) => {
    const node = aNode('front', { ...at('front.apps'), backendDefaults: { clientPolicy: { tls } } });
    expect(outcomeOf('front', node).differences).toEqual(
      fields.map((each) => refused(`${field}.${each}`, 'is no file', instead)),
    );
  });
});

describe('the Sidecar of a node', () => {
  const pool = { connectionPool: { tcp: { maxConnections: 5 } } };
  const listeners = [listening(80, pool), listening(81), listening(82, tlsOf(file))];

  it('has all listeners if one needs it, each with its own', () => {
    const found = outcomeOf('blue', aNode('blue', { ...at('blue.apps', ...listeners), podSelector }));
    const entrance = (number: number, more: Spec = {}, protocol = 'TCP') => ({
      port: { number, name: `${protocol.toLowerCase()}-${number}`, protocol },
      ...{ defaultEndpoint: `127.0.0.1:${number}`, ...more },
    });
    const tls = { mode: 'SIMPLE', serverCertificate: '/a.pem', privateKey: '/a.key' };
    expect(found.sidecar?.ingress).toEqual([entrance(80, pool), entrance(81), entrance(82, { tls }, 'TLS')]);
    const [, authentication] = found.wanted.filter(({ kind }) => /Sidecar|PeerAuth/.test(kind));
    expect(authentication?.spec).toEqual({
      ...{ selector: podSelector, portLevelMtls: { 82: { mode: 'DISABLE' } } },
    });
  });

  it('has no listeners if none needs it', () => {
    const found = outcomeOf('blue', aNode('blue', { ...at('blue.apps', listening(81)), podSelector }));
    expect(found.sidecar).toEqual({
      workloadSelector: { labels: { app: 'blue' } },
      egress: [{ hosts: ['*/*.amazonaws.com'] }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    });
    expect(found.wanted.map(({ kind }) => kind)).toEqual(['Sidecar']);
  });

  it('has the backends by their hosts, without those that are no host', () => {
    const backends = ['b', 'a', 'wrong'].map((name) => ({
      virtualService: { virtualServiceRef: { name } },
    }));
    const found = outcomeOf(
      'blue',
      ...[aService('a'), aService('b'), aService('wrong', undefined, { awsName: 'a_b.c' })],
      aNode('blue', { ...at('blue.apps', listening(81)), podSelector, backends }),
    );
    expect(found.sidecar?.egress).toEqual([{ hosts: ['*/a.apps', '*/b.apps', '*/*.amazonaws.com'] }]);
  });

  it('is refused if the mesh is invalid', () => {
    const node = aNode('blue', { ...at('blue.apps', listening(81)), podSelector });
    const mesh = aMesh({ colour: 'x' });
    const { differences } = outcomeIn(directoryOf(aNamespace(), mesh, node), 'blue');
    expect(differences).toEqual([
      refused('spec.backends', 'Mesh "shop" is invalid: its egressFilter is not known', 'a valid Mesh'),
    ]);
  });
});

describe('the objects of a node', () => {
  it('are none without pods, listeners and service discovery', () => {
    const found = outcomeOf('blue', aNode('blue', { listeners: null, serviceDiscovery: null }));
    expect(found).toMatchObject({ wanted: [], differences: [] });
  });

  it('cannot have two listeners on one port', () => {
    const node = aNode('blue', at('blue.apps', listening(80), listening(80)));
    expect(outcomeOf('blue', node).differences).toEqual([
      refused('spec.listeners[1].portMapping.port', 'is also the port of another listener', 'one listener'),
    ]);
  });

  it('are none of a node whose listeners are null, wherever it is discovered', () => {
    const cloudMap = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } };
    for (const [serviceDiscovery, selector] of [
      [at('blue.apps').serviceDiscovery, null],
      [at('blue.other').serviceDiscovery, null],
      [{ dns: { hostname: 'api.example.com' } }, null],
      [cloudMap, podSelector],
    ]) {
      const node = aNode('blue', { listeners: null, serviceDiscovery, podSelector: selector });
      expect(outcomeOf('blue', node).rules).toEqual([]);
    }
  });

  it('are not those of a router with its name', () => {
    expect(outcomeOf('blue', aRouter('blue'), aNode('blue')).wanted).toEqual([]);
  });
});
