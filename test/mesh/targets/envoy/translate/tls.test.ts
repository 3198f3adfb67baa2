import { describe, expect, it } from 'vitest';
import type { EntryOf } from '../../../../../shared/mesh/plan/entry.ts';
import {
  discoveredName,
  upstreamTlsOf,
} from '../../../../../shared/mesh/targets/envoy/translate/tls/client-tls.ts';
import {
  certificateSource,
  trustSource,
} from '../../../../../shared/mesh/targets/envoy/translate/tls/secrets.ts';
import { serverTlsOf } from '../../../../../shared/mesh/targets/envoy/translate/tls/server-tls.ts';
import { validationOf } from '../../../../../shared/mesh/targets/envoy/translate/tls/validation.ts';
import type { ClientTls, ListenerTls } from '../../../../../shared/model/mesh/tls.ts';
import { aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const file = { certificateChain: '/tls/chain.pem', privateKey: '/tls/key.pem' };
const sds = { secretName: 'spiffe://shop/blue' };
const byAcm = { acm: { certificateARN: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' } };
const trustByAcm = { acm: { certificateAuthorityARNs: ['arn:aws:acm-pca:eu-west-1:111122223333:ca/1'] } };
const byFile = (name: string) => ({
  name,
  sds_config: {
    path_config_source: {
      path: `/etc/envoy/mesh/..data/sds-${name}.json`,
      watched_directory: { path: '/etc/envoy/mesh' },
    },
    resource_api_version: 'V3',
  },
});
const byAgent = {
  name: 'spiffe://shop/blue',
  sds_config: {
    api_config_source: {
      ...{ api_type: 'GRPC', transport_api_version: 'V3' },
      grpc_services: [{ envoy_grpc: { cluster_name: 'static_cluster_sds_unix_socket' } }],
    },
    resource_api_version: 'V3',
  },
};
const agent = { config: byAgent, secrets: [] };
const authority = (filename: string, path: string) => ({
  validation_context: { trusted_ca: { filename }, watched_directory: { path } },
});
const certificate = {
  tls_certificate: {
    certificate_chain: { filename: '/tls/chain.pem' },
    private_key: { filename: '/tls/key.pem' },
    watched_directory: { path: '/tls' },
  },
};
const sans = (...names: readonly string[]) =>
  names.flatMap((exact) => ['DNS', 'URI'].map((san_type) => ({ san_type, matcher: { exact } })));

describe('where a certificate comes from', () => {
  it('a file, the server beside the proxy, or nowhere', () => {
    expect(certificateSource({ file }, 'a')).toEqual({
      config: byFile('a'),
      secrets: [{ name: 'a', ...certificate }],
    });
    expect(certificateSource({ sds }, 'a')).toEqual(agent);
    expect(certificateSource(byAcm as ListenerTls['certificate'], 'a')).toBeUndefined();
  });
});

describe('where the authorities come from', () => {
  const of = (certificateChain: string) => trustSource({ file: { certificateChain } }, 'a');

  it('a file, the server beside the proxy, or nowhere', () => {
    expect(of('/tls/ca.pem')).toEqual({
      config: byFile('a'),
      secrets: [{ name: 'a', ...authority('/tls/ca.pem', '/tls') }],
    });
    expect(trustSource({ sds }, 'a')).toEqual(agent);
    expect(trustSource(trustByAcm, 'a')).toBeUndefined();
  });

  it.each([
    ['/a/b/ca.pem', '/a/b'],
    ['/ca.pem', '/'],
    ['ca.pem', '.'],
    ['a/ca.pem', 'a'],
  ])('of %s the directory %s is watched', (name, path) => {
    expect(of(name)?.secrets).toEqual([{ name: 'a', ...authority(name, path) }]);
  });
});

describe('how the certificate of the other side is checked', () => {
  it('by the authorities, and by names if there are some', () => {
    expect(validationOf(agent, [])).toEqual({ validation_context_sds_secret_config: byAgent });
    expect(validationOf(agent, ['a', 'b'])).toEqual({
      combined_validation_context: {
        default_validation_context: { match_typed_subject_alt_names: sans('a', 'b') },
        validation_context_sds_secret_config: byAgent,
      },
    });
  });
});

describe('the TLS that a listener accepts', () => {
  const socket = (common: object, isRequired?: boolean) => ({
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: common,
      ...(isRequired !== undefined && { require_client_certificate: isRequired }),
    },
  });
  const own = { tls_certificate_sds_secret_configs: [byFile('x-certificate')] };
  const secret = { name: 'x-certificate', ...certificate };
  const of = (tls: object, alpn: readonly string[] = []) =>
    serverTlsOf({ mode: 'STRICT', certificate: { file }, ...tls } as ListenerTls, 'x', alpn);

  it('is none if it is off', () => {
    expect(serverTlsOf(undefined, 'x', [])).toBeUndefined();
    expect(serverTlsOf(null, 'x', [])).toBeUndefined();
    expect(of({ mode: 'DISABLED' })).toBeUndefined();
  });

  it('has the certificate and the protocols that are offered', () => {
    expect(of({})).toEqual({ accepts: 'tls', transportSocket: socket(own), secrets: [secret] });
    expect(of({ mode: 'PERMISSIVE' }, ['h2'])).toEqual({
      accepts: 'both',
      transportSocket: socket({ ...own, alpn_protocols: ['h2'] }),
      secrets: [secret],
    });
    expect(of({ certificate: byAcm })).toEqual({ accepts: 'tls', transportSocket: socket({}), secrets: [] });
  });

  it('needs a certificate of the client if it trusts an authority, unless plain text is accepted, too', () => {
    const validation = { trust: { file: { certificateChain: '/tls/ca.pem' } } };
    const common = { ...own, validation_context_sds_secret_config: byFile('x-trust') };
    const secrets = [secret, { name: 'x-trust', ...authority('/tls/ca.pem', '/tls') }];
    expect(of({ validation })).toEqual({ accepts: 'tls', transportSocket: socket(common, true), secrets });
    expect(of({ mode: 'PERMISSIVE', validation })).toEqual({
      accepts: 'both',
      transportSocket: socket(common, false),
      secrets,
    });
    expect(of({ certificate: byAcm, validation })?.secrets).toEqual(secrets.slice(1));
  });
});

describe('the TLS of a client', () => {
  const nodeOf = (serviceDiscovery?: object) =>
    directoryOf(aNode('blue', serviceDiscovery && { serviceDiscovery })).entries[0] as EntryOf<'VirtualNode'>;
  const blue = nodeOf();
  const socket = (common: object) => ({
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      common_tls_context: common,
      sni: 'blue.apps.svc.cluster.local',
    },
  });
  const trust = { file: { certificateChain: '/tls/ca.pem' } };
  const of = (tls?: object, protocol: 'http' | 'http2' | 'grpc' | 'tcp' = 'http', mode?: string) =>
    upstreamTlsOf(
      blue,
      {
        portMapping: { port: 80, protocol },
        tls: mode === undefined ? undefined : ({ mode, certificate: { file } } as ListenerTls),
      },
      tls && { tls: { validation: { trust }, ...tls } as ClientTls },
    );
  const checking = (names: readonly string[], name: unknown) => ({
    combined_validation_context: {
      default_validation_context: { match_typed_subject_alt_names: sans(...names) },
      validation_context_sds_secret_config: {
        name,
        sds_config: expect.objectContaining({ resource_api_version: 'V3' }),
      },
    },
  });
  const trustName = expect.stringMatching(/^client-trust-[0-9a-f]{16}$/);

  it.each<
    readonly [
      mode: string | undefined,
      protocol: 'http' | 'http2' | 'grpc' | 'tcp',
      common: object | undefined,
    ]
  >([
    [undefined, 'http', undefined],
    ['DISABLED', 'http', undefined],
    ['STRICT', 'http', {}],
    ['STRICT', 'tcp', {}],
    ['PERMISSIVE', 'http2', { alpn_protocols: ['h2'] }],
    ['STRICT', 'grpc', { alpn_protocols: ['h2'] }],
  ])('is that of the server without a policy: %s by %s', (mode, protocol, common) => {
    expect(of(undefined, protocol, mode)).toEqual(common && { transportSocket: socket(common), secrets: [] });
  });

  it('is what the policy demands, for its ports', () => {
    const secrets = [{ name: trustName, ...authority('/tls/ca.pem', '/tls') }];
    const demanded = {
      transportSocket: socket(checking(['blue.apps.svc.cluster.local'], trustName)),
      secrets,
    };
    expect(of({})).toEqual(demanded);
    expect(of({ ports: [] })).toEqual(demanded);
    expect(of({ ports: [1, 80] })).toEqual(demanded);
    expect(of({ ports: [1] })).toBeUndefined();
    expect(of({ enforce: true })).toEqual(demanded);
    expect(of({ enforce: false })).toBeUndefined();
    expect(of({}, 'grpc')?.transportSocket).toEqual(
      socket({ ...checking(['blue.apps.svc.cluster.local'], trustName), alpn_protocols: ['h2'] }),
    );
  });

  it('has a certificate of the client, and names that it accepts', () => {
    const validation = { trust, subjectAlternativeNames: { match: { exact: ['a', 'b'] } } };
    const name = expect.stringMatching(/^client-certificate-[0-9a-f]{16}$/);
    const found = of({ validation, certificate: { file } });
    expect(found?.transportSocket).toEqual(
      socket({
        tls_certificate_sds_secret_configs: [{ name, sds_config: expect.anything() }],
        ...checking(['a', 'b'], trustName),
      }),
    );
    expect(found?.secrets).toEqual([
      { name, ...certificate },
      { name: trustName, ...authority('/tls/ca.pem', '/tls') },
    ]);
  });

  it('checks nothing where the authorities are those of ACM, which are refused', () => {
    expect(of({ validation: { trust: trustByAcm } })).toEqual({ transportSocket: socket({}), secrets: [] });
  });

  it.each([
    [undefined, 'blue.apps.svc.cluster.local'],
    [{ dns: { hostname: 'a.b.' } }, 'a.b'],
    [{ awsCloudMap: { serviceName: 'color', namespaceName: 'shop.local' } }, 'color.shop.local'],
  ])('asks for the name by which the server is found: %j', (serviceDiscovery, name) => {
    expect(discoveredName(nodeOf(serviceDiscovery))).toBe(name);
  });
});
