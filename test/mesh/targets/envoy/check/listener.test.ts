import { describe, expect, it } from 'vitest';
import { listener } from '../../../../../shared/mesh/targets/envoy/check/listener.ts';
import { clientSocket, secret } from '../../../../../shared/mesh/targets/envoy/check/tls.ts';
import { faultsOf } from './found.ts';

const address = { socket_address: { address: '0.0.0.0', port_value: 15_000 } };
const of = (fields: object) => faultsOf(listener, { address, ...fields });
const typed = (type: string, fields: object) => ({
  name: 'a',
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.${type}`, ...fields },
});

describe('the filter chains of a listener', () => {
  it('are at least one, or the default', () => {
    const none = [': has no filter chain'];
    expect(of({})).toEqual(none);
    expect(of({ filter_chains: [] })).toEqual(none);
    expect(of({ filter_chains: [{}] })).toEqual([]);
    expect(of({ default_filter_chain: {} })).toEqual([]);
  });

  const repeats = (index: number, first: number) =>
    `filter_chains[${index}].filter_chain_match: matches what filter_chains[${first}] matches`;
  const port = (value: number, more: object = {}) => ({ destination_port: value, ...more });
  const range = (prefix: string) => ({ prefix_ranges: [{ address_prefix: prefix, prefix_len: 8 }] });

  it.each<readonly [matches: readonly (object | undefined)[], faults: readonly string[]]>([
    [[port(80), port(81), undefined], []],
    [
      [port(80), port(81), port(80), port(80)],
      [repeats(2, 0), repeats(3, 0)],
    ],
    [[undefined, {}], [repeats(1, 0)]],
    [[{}, { server_names: [] }], [repeats(1, 0)]],
    [[port(80, { transport_protocol: 'tls' }), port(80, { transport_protocol: 'raw_buffer' }), port(80)], []],
    [[{ server_names: ['a.shop', 'b.shop'] }, { server_names: ['c.shop', 'B.shop'] }], [repeats(1, 0)]],
    [[{ server_names: ['a.shop'] }, { server_names: ['b.shop'] }, { server_names: [] }], []],
    [[{ application_protocols: ['h2'] }, { application_protocols: ['http/1.1'] }], []],
    [[range('10.0.0.0'), range('11.0.0.0')], []],
    [[range('10.0.0.0'), range('10.0.0.0')], [repeats(1, 0)]],
    [[range('10.0.0.0'), { source_prefix_ranges: range('10.0.0.0').prefix_ranges }], []],
    [[{ server_names: ['a'] }, { application_protocols: ['a'] }, { transport_protocol: 'a' }], []],
  ])('do not match the same: %j', (matches, faults) => {
    expect(of({ filter_chains: matches.map((match) => ({ filter_chain_match: match })) })).toEqual(faults);
  });
});

describe('the upgrades of an HTTP listener', () => {
  const upgrades = (...types: readonly unknown[]) => {
    const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'a',
      rds: { config_source: { path_config_source: { path: '/a' } } },
      upgrade_configs: types.map((type) => ({ upgrade_type: type })),
    });
    return of({ filter_chains: [{ filters: [manager] }] });
  };

  it('are of different types, whatever their case', () => {
    expect(upgrades('websocket', 'CONNECT')).toEqual([]);
    const fault = ['filter_chains[0].filters[0].typed_config.upgrade_configs: must not repeat a type'];
    expect(upgrades('websocket', 'WebSocket')).toEqual(fault);
    expect(upgrades(1)).toEqual([
      'filter_chains[0].filters[0].typed_config.upgrade_configs[0].upgrade_type: must be a text',
    ]);
    // Upper case maps the two to one, lower case does not.
    expect(upgrades('ß', 'SS')).toEqual([]);
  });
});

describe('TLS of a listener', () => {
  const server = (context: object) =>
    of({
      filter_chains: [
        {
          transport_socket: typed('transport_sockets.tls.v3.DownstreamTlsContext', {
            common_tls_context: context,
          }),
        },
      ],
    }).map((fault) =>
      fault.replace('filter_chains[0].transport_socket.typed_config.common_tls_context', 'tls'),
    );
  const source = { filename: '/a' };
  const certificate = { certificate_chain: source, private_key: source };
  const bySecret = { name: 'a', sds_config: { path_config_source: { path: '/a' } } };
  const missing = ['tls: a server needs a certificate'];

  it.each<readonly [context: object, faults: readonly string[]]>([
    [{ tls_certificates: [certificate] }, []],
    [{ tls_certificate_sds_secret_configs: [bySecret] }, []],
    [{}, missing],
    [{ tls_certificates: [] }, missing],
    [{ tls_certificate_sds_secret_configs: [] }, missing],
    [{ tls_certificates: 'a' }, ['tls.tls_certificates: must be a list', ...missing]],
  ])('has a certificate: %j: %j', (context, faults) => {
    expect(server(context)).toEqual(faults);
  });

  it('has the certificates from one source', () => {
    const both = { tls_certificates: [certificate], tls_certificate_sds_secret_configs: [bySecret] };
    expect(server(both)).toEqual([
      'tls: must have only one of tls_certificates, tls_certificate_sds_secret_configs',
    ]);
  });
});

describe('TLS of a cluster', () => {
  const names = [{ san_type: 'DNS', matcher: { exact: 'a' } }];
  const client = (validation: unknown) =>
    faultsOf(
      clientSocket,
      typed('transport_sockets.tls.v3.UpstreamTlsContext', {
        common_tls_context: { validation_context: validation },
      }),
    ).map((fault) => fault.replace('typed_config.common_tls_context.validation_context', 'validation'));
  const authority = { trusted_ca: { filename: '/a' } };
  const fault = ['validation: match_typed_subject_alt_names needs trusted_ca'];

  it.each<readonly [validation: unknown, faults: readonly string[]]>([
    [{}, []],
    [authority, []],
    [{ match_typed_subject_alt_names: [] }, []],
    [{ ...authority, match_typed_subject_alt_names: names }, []],
    [{ match_typed_subject_alt_names: names }, fault],
    [{ match_typed_subject_alt_names: 'a' }, ['validation.match_typed_subject_alt_names: must be a list']],
  ])('needs an authority to check names: %j: %j', (validation, faults) => {
    expect(client(validation)).toEqual(faults);
  });
});

describe('a secret', () => {
  it('is a certificate or an authority', () => {
    const source = { filename: '/a' };
    expect(faultsOf(secret, { tls_certificate: { certificate_chain: source, private_key: source } })).toEqual(
      [],
    );
    expect(faultsOf(secret, { validation_context: { trusted_ca: source } })).toEqual([]);
    expect(faultsOf(secret, { validation_context: {} })).toEqual([
      'validation_context.trusted_ca: is required',
    ]);
    expect(faultsOf(secret, {})).toEqual([
      ': must have one of tls_certificate, validation_context; it has 0',
    ]);
  });
});
