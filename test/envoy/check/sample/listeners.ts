import type { EnvoyResource } from '../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import {
  accessLog,
  authority,
  extension,
  http,
  json,
  names,
  onPort,
  server,
  socket,
  tcp,
  text,
} from './parts.ts';

export const listeners: readonly EnvoyResource[] = [
  {
    name: 'ingress',
    address: socket('0.0.0.0', 15_000),
    traffic_direction: 'INBOUND',
    listener_filters: [
      extension('extensions.filters.listener.original_dst.v3.OriginalDst'),
      extension('extensions.filters.listener.tls_inspector.v3.TlsInspector'),
    ],
    listener_filters_timeout: '5s',
    continue_on_listener_filters_timeout: true,
    filter_chains: [
      {
        name: 'ingress-8080',
        filter_chain_match: { destination_port: 8080, transport_protocol: 'tls' },
        filters: [http('ingress-8080', accessLog(text))],
        ...server({ validation_context: { ...authority, match_typed_subject_alt_names: names } }),
      },
      {
        name: 'ingress-8080-plain',
        filter_chain_match: { destination_port: 8080, transport_protocol: 'raw_buffer' },
        filters: [http('ingress-8080', accessLog(json))],
      },
      {
        name: 'ingress-6060',
        filter_chain_match: { destination_port: 6060 },
        filters: [tcp({ cluster: 'ingress_6060' })],
      },
    ],
  },
  {
    name: 'egress',
    address: socket('0.0.0.0', 15_001),
    traffic_direction: 'OUTBOUND',
    stat_prefix: 'egress',
    listener_filters: [
      extension('extensions.filters.listener.original_dst.v3.OriginalDst'),
      {
        ...extension('extensions.filters.listener.tls_inspector.v3.TlsInspector'),
        filter_disabled: {
          or_match: {
            rules: [onPort(3306), { not_match: { or_match: { rules: [onPort(80), onPort(443)] } } }],
          },
        },
      },
    ],
    filter_chains: [
      {
        name: 'egress-80',
        filter_chain_match: { destination_port: 80 },
        filters: [http('egress-80', [])],
      },
      {
        name: 'db.shop:3306',
        filter_chain_match: { destination_port: 3306 },
        filters: [
          tcp({
            weighted_clusters: {
              clusters: [
                { name: 'egress_shop_blue_8080', weight: 1 },
                { name: 'egress_shop_red_8080', weight: 3 },
              ],
            },
          }),
        ],
      },
      {
        name: 'aws',
        filter_chain_match: { server_names: ['*.amazonaws.com'], transport_protocol: 'tls' },
        filters: [tcp({ cluster: 'passthrough' })],
      },
    ],
    default_filter_chain: { name: 'passthrough', filters: [tcp({ cluster: 'passthrough' })] },
  },
];
