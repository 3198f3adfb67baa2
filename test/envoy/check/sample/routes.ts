import type { EnvoyResource } from '../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { typed } from './parts.ts';

const retry = {
  retry_on: 'reset,connect-failure,refused-stream,unavailable,retriable-status-codes',
  num_retries: 2,
  per_try_timeout: '0.250s',
  retriable_status_codes: [503],
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: typed('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
    },
  ],
  host_selection_retry_max_attempts: 5,
};
const weighted = {
  clusters: [
    { name: 'egress_shop_blue_8080', weight: 7 },
    { name: 'egress_shop_red_8080', weight: 0 },
  ],
};

export const routes: readonly EnvoyResource[] = [
  {
    name: 'ingress-8080',
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: [{ match: { prefix: '/' }, route: { cluster: 'ingress_8080', timeout: '15s' } }],
      },
    ],
  },
  {
    name: 'egress-80',
    ignore_port_in_host_matching: false,
    virtual_hosts: [
      {
        name: 'front.shop',
        domains: ['front.shop', 'front.shop:80'],
        request_headers_to_remove: ['x-app-mesh-original-host'],
        routes: [
          {
            name: 'exact',
            match: {
              path: '/a',
              headers: [
                { name: ':method', string_match: { exact: 'GET' } },
                {
                  name: 'x-a',
                  string_match: { safe_regex: { regex: 'a+(b|[^c]){2,5}' } },
                  invert_match: true,
                },
                {
                  name: 'x-b',
                  range_match: { start: -1, end: 5 },
                  treat_missing_header_as_empty: true,
                },
                { name: 'x-c', string_match: { prefix: 'p', ignore_case: true } },
                { name: 'x-d', present_match: true },
                { name: 'x-e', string_match: { suffix: 's' } },
              ],
              query_parameters: [
                { name: 'q', string_match: { exact: 'v' } },
                { name: 'p', present_match: true },
              ],
            },
            request_headers_to_add: [
              {
                header: { key: 'x-app-mesh-original-host', value: '%REQ(:AUTHORITY)%' },
                append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
              },
            ],
            route: {
              weighted_clusters: weighted,
              timeout: '15s',
              idle_timeout: '0s',
              retry_policy: retry,
              host_rewrite_literal: 'front.shop',
              prefix_rewrite: '/b',
            },
          },
          {
            match: { safe_regex: { regex: '/c/(\\d+)' }, grpc: {} },
            route: {
              cluster: 'egress_shop_blue_8080',
              regex_rewrite: { pattern: { regex: '/c/(\\d+)' }, substitution: '/d/\\1' },
              host_rewrite_header: 'x-app-mesh-original-host',
              max_stream_duration: { max_stream_duration: '3s', grpc_timeout_header_max: '0s' },
            },
          },
          { match: { prefix: '/e' }, direct_response: { status: 404, body: { inline_string: 'none' } } },
        ],
      },
      { name: 'aws', domains: ['*.amazonaws.com'], routes: [] },
      { name: 'some', domains: ['shop.*'] },
    ],
  },
];
