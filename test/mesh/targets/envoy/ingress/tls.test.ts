import { describe, expect, it } from 'vitest';
import { aNode } from '../../../harness/manifests.ts';
import { chainsOf, type Fields, ingress, listening, reported, tlsOf, upstream } from './translated.ts';

const file = { certificateChain: '/tls/chain.pem', privateKey: '/tls/key.pem' };
const trust = { file: { certificateChain: '/tls/ca.pem' } };
const sds = { secretName: 'spiffe://shop/blue' };
const names = (...exact: readonly string[]) => ({ subjectAlternativeNames: { match: { exact } } });
const acm = { certificateARN: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' };
const authorities = { certificateAuthorityARNs: ['arn:aws:acm-pca:eu-west-1:111122223333:ca/1'] };

describe('the TLS of a listener', () => {
  const served = (tls: Fields) =>
    ingress(listening({ tls: { mode: 'STRICT', certificate: { file }, ...tls } }));

  it('DISABLED is plain text, STRICT is TLS', () => {
    expect(chainsOf(served({ mode: 'DISABLED' })).map(tlsOf)).toEqual([undefined]);
    expect(chainsOf(served({})).map(tlsOf)).toEqual([expect.anything()]);
  });

  it('PERMISSIVE is two chains of one port, which the TLS inspector parts', () => {
    const portMapping = { port: 3306, protocol: 'tcp' };
    const permissive = { portMapping: { port: 8080, protocol: 'http' } };
    const tls = { mode: 'PERMISSIVE', certificate: { file } };
    const proxy = ingress(aNode('blue', { listeners: [{ ...permissive, tls }, { portMapping }] }));
    expect(chainsOf(proxy).map((chain) => [chain.name, chain.filter_chain_match, !!tlsOf(chain)])).toEqual([
      ['ingress-8080-tls', { destination_port: 8080, transport_protocol: 'tls' }, true],
      ['ingress-8080', { destination_port: 8080, transport_protocol: 'raw_buffer' }, false],
      ['ingress-3306', { destination_port: 3306 }, false],
    ]);
    const [, inspector] = (proxy.listeners[0] as Fields).listener_filters;
    // A server of TCP that speaks first would wait for the client.
    expect(inspector.filter_disabled).toEqual({ destination_port_range: { start: 3306, end: 3307 } });
  });

  it('a certificate of a file is a secret in a file, with the directory that is replaced when it is renewed', () => {
    const proxy = served({});
    const { common_tls_context: common } = tlsOf(chainsOf(proxy)[0]);
    expect(common.tls_certificate_sds_secret_configs).toMatchObject([
      {
        name: 'ingress-8080-certificate',
        sds_config: {
          path_config_source: { path: '/etc/envoy/mesh/..data/sds-ingress-8080-certificate.json' },
        },
      },
    ]);
    expect(proxy.secrets).toEqual([
      {
        name: 'ingress-8080-certificate',
        tls_certificate: {
          certificate_chain: { filename: '/tls/chain.pem' },
          private_key: { filename: '/tls/key.pem' },
          watched_directory: { path: '/tls' },
        },
      },
    ]);
  });

  it('a certificate of SDS comes from the server beside the proxy', () => {
    const proxy = served({ certificate: { sds } });
    const { common_tls_context: common } = tlsOf(chainsOf(proxy)[0]);
    expect(proxy.secrets).toEqual([]);
    expect(common.tls_certificate_sds_secret_configs).toMatchObject([
      {
        name: 'spiffe://shop/blue',
        sds_config: {
          api_config_source: {
            grpc_services: [{ envoy_grpc: { cluster_name: 'static_cluster_sds_unix_socket' } }],
          },
        },
      },
    ]);
  });

  it('a client needs a certificate, and one of the names', () => {
    const proxy = served({ validation: { trust, ...names('front.shop', 'spiffe://shop/front') } });
    const { require_client_certificate: isRequired, common_tls_context: common } = tlsOf(chainsOf(proxy)[0]);
    expect(isRequired).toBe(true);
    const { default_validation_context: checked } = common.combined_validation_context;
    expect(checked.match_typed_subject_alt_names).toEqual([
      { san_type: 'DNS', matcher: { exact: 'front.shop' } },
      { san_type: 'URI', matcher: { exact: 'front.shop' } },
      { san_type: 'DNS', matcher: { exact: 'spiffe://shop/front' } },
      { san_type: 'URI', matcher: { exact: 'spiffe://shop/front' } },
    ]);
    expect(proxy.secrets.map(({ name }) => name)).toEqual(['ingress-8080-certificate', 'ingress-8080-trust']);
  });

  it('PERMISSIVE checks the certificate of a client that has one', () => {
    const proxy = served({ mode: 'PERMISSIVE', validation: { trust } });
    expect(tlsOf(chainsOf(proxy)[0])).toMatchObject({ require_client_certificate: false });
  });

  it('a certificate of ACM is refused, unless TLS is off', () => {
    const node = (mode: string) => listening({ tls: { mode, certificate: { acm } } });
    expect(reported('VirtualNode', 'blue', node('STRICT'))).toEqual([
      'refused spec.listeners[0].tls.certificate.acm',
    ]);
    expect(reported('VirtualNode', 'blue', node('DISABLED'))).toEqual([]);
  });
});

describe('the TLS of a client', () => {
  const server = (mode: string) => listening({ tls: { mode, certificate: { file } } });
  const clientOf = (node: ReturnType<typeof server>, tls?: Fields) =>
    (upstream(node, tls).cluster as Fields).transport_socket?.typed_config;
  const policy = (tls: Fields = {}) => ({ validation: { trust }, ...tls });

  it.each([
    ['without TLS at the server', listening({}), undefined],
    ['with DISABLED at the server', server('DISABLED'), undefined],
  ])('without a policy, and %s, it is plain text', (_, node, expected) => {
    expect(clientOf(node)).toBe(expected);
  });

  it.each(['STRICT', 'PERMISSIVE'])(
    'without a policy, %s at the server is TLS that checks nothing',
    (mode) => {
      expect(clientOf(server(mode))).toEqual(
        expect.objectContaining({ common_tls_context: {}, sni: 'blue.apps.svc.cluster.local' }),
      );
    },
  );

  it('a policy that is enforced checks that the name is the one of service discovery', () => {
    const { cluster, secrets } = upstream(listening({}), policy()) as Fields;
    const { combined_validation_context: checked } = cluster.transport_socket.typed_config.common_tls_context;
    expect(checked.default_validation_context.match_typed_subject_alt_names[0]).toEqual({
      san_type: 'DNS',
      matcher: { exact: 'blue.apps.svc.cluster.local' },
    });
    expect(secrets[0]).toMatchObject({ validation_context: { trusted_ca: { filename: '/tls/ca.pem' } } });
  });

  it('with Cloud Map the name is that of the service in its namespace', () => {
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
    const node = listening({}, { serviceDiscovery: { awsCloudMap } });
    expect(clientOf(node, policy()).sni).toBe('color.shop.local');
  });

  it('names of the policy replace it, and its certificate is shown to the server', () => {
    const tls = policy({ certificate: { file }, validation: { trust, ...names('color.example.com') } });
    const { common_tls_context: common } = clientOf(server('STRICT'), tls);
    const { default_validation_context: checked } = common.combined_validation_context;
    expect(checked.match_typed_subject_alt_names[0].matcher).toEqual({ exact: 'color.example.com' });
    expect(common.tls_certificate_sds_secret_configs).toHaveLength(1);
  });

  it.each([
    ['is not enforced', { enforce: false }, false],
    ['is for other ports', { ports: [8443] }, false],
    ['is for this port', { ports: [8443, 8080] }, true],
    ['is for no port, which is all', { ports: [] }, true],
  ])('a policy that %s: %o', (_, tls, isChecked) => {
    const { common_tls_context: common } = clientOf(server('STRICT'), policy(tls));
    expect('combined_validation_context' in common).toBe(isChecked);
  });

  it('a client of HTTP/2 offers it', () => {
    const node = listening({ tls: { mode: 'STRICT', certificate: { file } } }, {}, 'grpc');
    expect(clientOf(node).common_tls_context).toEqual({ alpn_protocols: ['h2'] });
  });

  it('the same files are the same secret, whatever the node', () => {
    const [first, second] = [listening({}), server('STRICT')].map((node) => upstream(node, policy()).secrets);
    expect(first).toEqual(second);
  });

  it('authorities of ACM are refused where the policy is enforced', () => {
    const clientPolicy = (tls: Fields) => ({
      clientPolicy: { tls: { validation: { trust: { acm: authorities } }, ...tls } },
    });
    const virtualService = { virtualServiceRef: { name: 'cart' }, ...clientPolicy({}) };
    const node = (tls: Fields) =>
      aNode('blue', { backendDefaults: clientPolicy(tls), backends: [{ virtualService }] });
    expect(reported('VirtualNode', 'blue', node({}))).toEqual([
      'refused spec.backendDefaults.clientPolicy.tls.validation.trust.acm',
      'refused spec.backends[0].virtualService.clientPolicy.tls.validation.trust.acm',
    ]);
    expect(reported('VirtualNode', 'blue', node({ enforce: false }))).toHaveLength(1);
  });
});
