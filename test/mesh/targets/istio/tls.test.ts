import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aService,
  listenersOn,
} from '../../harness/manifests.ts';
import { translated } from './translated.ts';

type Members = Readonly<Record<string, unknown>>;

const base = [aNamespace(), aMesh()];
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const file = { certificateChain: '/tls/chain.pem', privateKey: '/tls/key.pem' };
const trust = { trust: { file: { certificateChain: '/tls/ca.pem' } } };
const outlierDetection = {
  ...{ baseEjectionDuration: { unit: 's', value: 30 }, interval: { unit: 's', value: 10 } },
  ...{ maxEjectionPercent: 50, maxServerErrors: 5 },
};

function server(tls: Members | undefined, others: Members = {}) {
  const portMapping = { port: 8443, protocol: 'http' };
  return aNode('server', { ...pods('server'), listeners: [{ portMapping, ...(tls && { tls }), ...others }] });
}

const strict = { mode: 'STRICT', certificate: { file } };
const verified = { tls: { validation: trust } };

describe('TLS of a listener', () => {
  it('listener TLS is that of the sidecar instead of Istio’s own, and callers encrypt', () => {
    const { specs, problems } = translated(...base, server(strict));
    expect(problems).toEqual({});
    expect(specs['Sidecar/apps/server'].ingress).toEqual([
      {
        port: { number: 8443, name: 'https-8443', protocol: 'HTTPS' },
        defaultEndpoint: '127.0.0.1:8443',
        tls: { mode: 'SIMPLE', serverCertificate: '/tls/chain.pem', privateKey: '/tls/key.pem' },
      },
    ]);
    expect(specs['PeerAuthentication/apps/server']).toEqual({
      selector: { matchLabels: { app: 'server' } },
      portLevelMtls: { 8443: { mode: 'DISABLE' } },
    });
    expect(specs['DestinationRule/apps/server'].trafficPolicy.portLevelSettings).toEqual([
      { port: { number: 8443 }, tls: { mode: 'SIMPLE', insecureSkipVerify: true } },
    ]);
  });

  it('listener TLS with a validation demands certificates of clients', () => {
    const { specs } = translated(...base, server({ ...strict, validation: trust }));
    expect(specs['Sidecar/apps/server'].ingress[0].tls).toMatchObject({
      mode: 'MUTUAL',
      caCertificates: '/tls/ca.pem',
    });
  });

  it('a listener whose TLS is DISABLED takes plain text, whatever the mesh demands', () => {
    const { specs } = translated(...base, server({ ...strict, mode: 'DISABLED' }));
    expect(specs['PeerAuthentication/apps/server'].portLevelMtls).toEqual({ 8443: { mode: 'DISABLE' } });
    expect(specs['Sidecar/apps/server']).not.toHaveProperty('ingress');
    expect(specs).not.toHaveProperty('DestinationRule/apps/server');
  });

  it('a listener without TLS leaves encryption to Istio', () => {
    expect(Object.keys(translated(...base, server(undefined)).specs)).not.toContain(
      'PeerAuthentication/apps/server',
    );
  });

  it('listener TLS of a virtual gateway is that of the server of its Gateway', () => {
    const names = { subjectAlternativeNames: { match: { exact: ['client.example.com'] } } };
    const listeners = [
      {
        portMapping: { port: 8443, protocol: 'http2' },
        tls: { ...strict, validation: { ...trust, ...names } },
      },
    ];
    const { specs } = translated(...base, aGateway('edge', { ...pods('edge'), listeners }));
    expect(specs['Gateway/apps/edge'].servers).toEqual([
      {
        port: { number: 8443, name: 'https-8443', protocol: 'HTTPS' },
        hosts: ['*'],
        tls: {
          ...{ mode: 'MUTUAL', serverCertificate: '/tls/chain.pem', privateKey: '/tls/key.pem' },
          ...{ caCertificates: '/tls/ca.pem', subjectAltNames: ['client.example.com'] },
        },
      },
    ]);
  });
});

describe('TLS of a client policy', () => {
  const selected = { matchLabels: { app: 'client' } };

  function client(policy: Members, backend: Members = {}) {
    const virtualService = { virtualServiceRef: { name: 'server' }, ...backend };
    return aNode('client', {
      ...pods('client'),
      ...{ listeners: [], backends: [{ virtualService }], backendDefaults: { clientPolicy: policy } },
    });
  }
  const service = aService('server', 'node/server');
  const key = 'DestinationRule/apps/client-to-apps-server-client';

  it('TLS of a client policy is verified by the pods of the client, by the name of the server', () => {
    const { specs, problems } = translated(
      ...base,
      server(strict, { outlierDetection }),
      service,
      client(verified),
    );
    expect(problems).toEqual({});
    expect(specs[key]).toEqual({
      ...{ host: 'server.apps.svc.cluster.local', workloadSelector: selected },
      trafficPolicy: {
        portLevelSettings: [
          {
            ...specs['DestinationRule/apps/server'].trafficPolicy.portLevelSettings[0],
            tls: {
              mode: 'SIMPLE',
              caCertificates: '/tls/ca.pem',
              subjectAltNames: ['server.apps.svc.cluster.local'],
            },
          },
        ],
      },
    });
  });

  it('TLS of a client policy has its own certificate and the names that it demands', () => {
    const validation = { ...trust, subjectAlternativeNames: { match: { exact: ['a.b'] } } };
    const { specs } = translated(
      ...base,
      server(strict),
      service,
      client({ tls: { certificate: { file }, validation } }),
    );
    expect(specs[key].trafficPolicy.portLevelSettings[0].tls).toEqual({
      ...{ mode: 'MUTUAL', clientCertificate: '/tls/chain.pem', privateKey: '/tls/key.pem' },
      ...{ caCertificates: '/tls/ca.pem', subjectAltNames: ['a.b'] },
    });
  });

  it.each<[string, Members]>([
    ['is not enforced', { enforce: false, validation: trust }],
    ['is of other ports', { ports: [1], validation: trust }],
  ])('TLS of a client policy has no DestinationRule if it %s', (_, tls) => {
    expect(translated(...base, server(strict), service, client({ tls })).specs).not.toHaveProperty([key]);
  });

  it('the client policy of a backend counts before the default', () => {
    const { specs } = translated(...base, server(strict), service, client(verified, { clientPolicy: {} }));
    expect(specs).not.toHaveProperty([key]);
  });

  it('the client policy of a node in another namespace comes with the server’s rule for the other clients there', () => {
    const manifest = client(verified, { virtualServiceRef: { name: 'server', namespace: 'apps' } });
    const other = { ...manifest, metadata: { name: 'client', namespace: 'other' } };
    const { specs } = translated(...base, aNamespace('other'), server(strict), service, other);
    expect(specs['DestinationRule/other/client-to-apps-server-others']).toEqual(
      specs['DestinationRule/apps/server'],
    );
  });

  it('a client policy that differs between two backends with one node is refused', () => {
    const two = ['server', 'again'].map((name) => ({
      virtualService: {
        virtualServiceRef: { name },
        clientPolicy: { tls: { validation: trust, ports: name === 'again' ? [8443] : [] } },
      },
    }));
    const manifest = aNode('client', { ...pods('client'), listeners: [], backends: two });
    const { problems } = translated(
      ...base,
      server(strict),
      service,
      aService('again', 'node/server'),
      manifest,
    );
    expect(problems['VirtualNode/apps/client']?.[0]).toContain(
      'another policy leads to VirtualNode "server", too',
    );
  });

  it('the client policy of a virtual gateway is for the nodes that its routes lead to', () => {
    const edge = aGateway('edge', { ...pods('edge'), backendDefaults: { clientPolicy: verified } });
    const { specs } = translated(...base, server(strict), service, edge, aGatewayRoute('a', 'server'));
    expect(specs['DestinationRule/apps/edge-to-apps-server-gateway']).toMatchObject({
      workloadSelector: { matchLabels: { app: 'edge' } },
    });
  });

  it('a client policy changes nothing for ports that the node does not have', () => {
    const two = aNode('server', { ...pods('server'), ...listenersOn('http/8443', 'http/8080') });
    const { specs } = translated(
      ...base,
      two,
      service,
      client({ tls: { ports: [8443], validation: trust } }),
    );
    expect(
      specs[key].trafficPolicy.portLevelSettings.map(({ port }: { port: { number: number } }) => port.number),
    ).toEqual([8443]);
  });
});
