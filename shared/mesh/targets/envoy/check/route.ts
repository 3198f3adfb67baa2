import { addedHeaders, extension, regex, regexMatcher, removedHeaders, stringMatcher } from './core.ts';
import {
  choice,
  duration,
  fieldsOf,
  flag,
  line,
  list,
  listOf,
  message,
  name,
  needs,
  notBoth,
  once,
  oneOf,
  type Rule,
  text,
  whole,
} from './rule.ts';

const int64 = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const headerMatcher = message(
  {
    name: text({ min: 1, pattern: line }),
    string_match: stringMatcher,
    range_match: message({ start: int64, end: int64 }),
    present_match: flag,
    invert_match: flag,
    treat_missing_header_as_empty: flag,
  },
  needs('name'),
  notBoth('string_match', 'range_match', 'present_match'),
);

const routeMatch = message(
  {
    prefix: text(),
    path: text(),
    safe_regex: regexMatcher,
    path_separated_prefix: text({ pattern: /^[^?#]+[^?#/]$/ }),
    case_sensitive: flag,
    headers: list(headerMatcher),
    query_parameters: list(
      message(
        { name: text({ min: 1, maxBytes: 1024 }), string_match: stringMatcher, present_match: flag },
        needs('name'),
        notBoth('string_match', 'present_match'),
      ),
    ),
    grpc: message({}),
  },
  oneOf('prefix', 'path', 'safe_regex', 'path_separated_prefix'),
);

/** What both kinds of weighted clusters have; Envoy counts the sum of weights in 32 bits. */
const sumOfWeights = (value: unknown) =>
  listOf(fieldsOf(value).clusters).reduce<number>((sum, each) => sum + Number(fieldsOf(each).weight ?? 0), 0);

const clusterWeight = message(
  {
    name,
    weight: whole(),
    request_headers_to_add: addedHeaders,
    request_headers_to_remove: removedHeaders,
    response_headers_to_add: addedHeaders,
    response_headers_to_remove: removedHeaders,
    host_rewrite_literal: text({ pattern: line }),
  },
  needs('name', 'weight'),
);
const clusters = message({ clusters: list(clusterWeight, { min: 1 }) }, needs('clusters'));

const weightedClusters: Rule = (value, place) => {
  clusters(value, place);
  const sum = sumOfWeights(value);
  if (!(sum > 0 && sum < 2 ** 32)) place.fault('the sum of weights must be more than 0 and fit in 32 bits');
};

const retryPolicy = message({
  retry_on: text(),
  num_retries: whole(),
  per_try_timeout: duration(),
  per_try_idle_timeout: duration(),
  retry_host_predicate: list(
    extension({
      'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate': message({}),
    }),
  ),
  host_selection_retry_max_attempts: int64,
  retriable_status_codes: list(whole()),
  retry_back_off: message(
    { base_interval: duration({ above: 0 }), max_interval: duration({ above: 0 }) },
    needs('base_interval'),
  ),
});

const regexRewrite = message(
  { pattern: message({ regex }, needs('regex')), substitution: text({ pattern: line }) },
  needs('pattern'),
);

const routeAction = message(
  {
    cluster: name,
    weighted_clusters: weightedClusters,
    cluster_not_found_response_code: choice('SERVICE_UNAVAILABLE', 'NOT_FOUND', 'INTERNAL_SERVER_ERROR'),
    prefix_rewrite: text({ pattern: line }),
    regex_rewrite: regexRewrite,
    host_rewrite_literal: text({ pattern: line }),
    host_rewrite_header: text({ pattern: line }),
    auto_host_rewrite: flag,
    append_x_forwarded_host: flag,
    timeout: duration(),
    idle_timeout: duration(),
    max_stream_duration: message({
      max_stream_duration: duration(),
      grpc_timeout_header_max: duration(),
      grpc_timeout_header_offset: duration(),
    }),
    retry_policy: retryPolicy,
    upgrade_configs: list(
      message({ upgrade_type: text({ min: 1, pattern: line }), enabled: flag }, needs('upgrade_type')),
    ),
  },
  oneOf('cluster', 'weighted_clusters'),
  notBoth('prefix_rewrite', 'regex_rewrite'),
  notBoth('host_rewrite_literal', 'host_rewrite_header', 'auto_host_rewrite'),
);

const headers = {
  request_headers_to_add: addedHeaders,
  request_headers_to_remove: removedHeaders,
  response_headers_to_add: addedHeaders,
  response_headers_to_remove: removedHeaders,
};

const directResponse = message(
  {
    status: whole(200, 599),
    body: message({ inline_string: text({ maxBytes: 4096 }) }, needs('inline_string')),
  },
  needs('status'),
);

const route = message(
  {
    ...headers,
    name: text(),
    match: routeMatch,
    route: routeAction,
    direct_response: directResponse,
    stat_prefix: text(),
  },
  needs('match'),
  oneOf('route', 'direct_response'),
);

const virtualHost = message(
  {
    ...headers,
    name,
    domains: list(text({ pattern: line }), { min: 1 }),
    routes: list(route),
    retry_policy: retryPolicy,
    include_request_attempt_count: flag,
    include_attempt_count_in_response: flag,
  },
  needs('name', 'domains'),
);

/** Envoy compares domains without their case. */
const uniqueDomains = (value: unknown, place: Parameters<Rule>[1]) => {
  const seen = new Set<string>();
  for (const [index, host] of listOf(fieldsOf(value).virtual_hosts).entries()) {
    for (const [at, domain] of listOf(fieldsOf(host).domains).entries()) {
      const key = String(domain).toLowerCase();
      if (seen.has(key))
        place.field('virtual_hosts').item(index).field('domains').item(at).fault(`repeats the domain ${key}`);
      seen.add(key);
    }
  }
};

export const routeTable: Rule = message(
  {
    ...headers,
    name,
    virtual_hosts: list(once(virtualHost)),
    vhost_header: text({ pattern: line }),
    ignore_port_in_host_matching: flag,
    ignore_path_parameters_in_path_matching: flag,
    validate_clusters: flag,
    most_specific_header_mutations_wins: flag,
    max_direct_response_body_size_bytes: whole(),
  },
  needs('name'),
  uniqueDomains,
);
