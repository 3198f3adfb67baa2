import { formatFault } from './format.ts';
import { regexFault } from './regex.ts';
import {
  anything,
  choice,
  flag,
  line,
  list,
  listOf,
  map,
  message,
  name,
  needs,
  oneOf,
  type Rule,
  text,
  typed,
  whole,
} from './rule.ts';

/** Parts that several kinds of resources have. */
export const port = whole(0, 65_535);

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

export function isAddress(host: string): boolean {
  return ipv4.test(host) || (host.includes(':') && URL.canParse(`http://[${host}]/`));
}

const socketAddress = (host: Rule): Rule =>
  message(
    { protocol: choice('TCP', 'UDP'), address: host, port_value: port, ipv4_compat: flag },
    needs('address', 'port_value'),
  );

/** An address of IP, or a host name where `names` may stand. */
export function address({ names }: { readonly names: boolean }): Rule {
  const host: Rule = (value, place) => {
    name(value, place);
    if (!names && typeof value === 'string' && !isAddress(value))
      place.fault(`is not an IP address: ${value}`);
  };
  return message({ socket_address: socketAddress(host) }, needs('socket_address'));
}

export const regex: Rule = (value, place) => {
  name(value, place);
  const fault = typeof value === 'string' ? regexFault(value) : undefined;
  if (fault !== undefined) place.fault(`is not a regular expression of RE2: ${fault}`);
};

export const regexMatcher = message({ regex }, needs('regex'));

export const stringMatcher = message(
  { exact: text(), prefix: name, suffix: name, contains: name, safe_regex: regexMatcher, ignore_case: flag },
  oneOf('exact', 'prefix', 'suffix', 'contains', 'safe_regex'),
);

const anyText = text();

const commands: Rule = (value, place) => {
  const fault = typeof value === 'string' ? formatFault(value) : undefined;
  if (fault !== undefined) place.fault(fault);
};

/** A text with `%COMMANDS%`. */
const format: Rule = (value, place) => {
  anyText(value, place);
  commands(value, place);
};

const headerText = text({ maxBytes: 16_384, pattern: line });
const headerValue: Rule = (value, place) => {
  headerText(value, place);
  commands(value, place);
};
const headerName = text({ min: 1, maxBytes: 16_384, pattern: line });

/** Envoy lets nobody change pseudo headers or the host. */
const isProtected = (header: unknown) => typeof header === 'string' && /^(:|host$)/i.test(header);

const addedName: Rule = (value, place) => {
  headerName(value, place);
  if (isProtected(value)) place.fault('must not be a pseudo header or host');
};

export const addedHeaders = list(
  message(
    {
      header: message({ key: addedName, value: headerValue }, needs('key')),
      append_action: choice(
        'APPEND_IF_EXISTS_OR_ADD',
        'ADD_IF_ABSENT',
        'OVERWRITE_IF_EXISTS_OR_ADD',
        'OVERWRITE_IF_EXISTS',
      ),
      keep_empty_value: flag,
    },
    needs('header'),
  ),
  { max: 1000 },
);

const removedName = text({ min: 1, pattern: line });
export const removedHeaders = list((value, place) => {
  removedName(value, place);
  if (isProtected(value)) place.fault('must not be a pseudo header or host');
});

const watchedDirectory = message({ path: name }, needs('path'));

const grpcService = message(
  { envoy_grpc: message({ cluster_name: name }, needs('cluster_name')) },
  needs('envoy_grpc'),
);

export const configSource = message(
  {
    path_config_source: message({ path: name, watched_directory: watchedDirectory }, needs('path')),
    resource_api_version: choice('V3'),
    api_config_source: message(
      {
        api_type: choice('GRPC'),
        transport_api_version: choice('V3'),
        grpc_services: list(grpcService, { min: 1, max: 1 }),
      },
      needs('api_type', 'grpc_services'),
    ),
    initial_fetch_timeout: anything,
  },
  oneOf('path_config_source', 'api_config_source'),
);

export const dataSource = message(
  { filename: name, inline_string: text(), watched_directory: watchedDirectory },
  oneOf('filename', 'inline_string'),
);

const json: Rule = (value, place) => {
  commands(value, place);
  if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) json(each, place.field(key));
};

/** The types of a `typed_config` beside its name. */
export function extension(types: Parameters<typeof typed>[0]): Rule {
  return message({ name, typed_config: typed(types) }, needs('name', 'typed_config'));
}

const anyFields = map(anything);
const formatString = message(
  {
    text_format_source: message({ inline_string: format }, needs('inline_string')),
    json_format: (value, place) => {
      anyFields(value, place);
      json(value, place);
    },
    omit_empty_values: flag,
    content_type: text({ pattern: line }),
    json_format_options: message({ sort_properties: flag }),
    formatters: list(
      extension({ 'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery': message({}) }),
    ),
  },
  oneOf('text_format_source', 'json_format'),
  (value, place) => {
    const { formatters, ...texts } = value;
    if (/%REQ_WITHOUT_QUERY\(/.test(JSON.stringify(texts)) && listOf(formatters).length === 0)
      place.field('formatters').fault('must have that of REQ_WITHOUT_QUERY');
  },
);

export const accessLogs = list(
  message(
    {
      name: text(),
      typed_config: typed({
        'envoy.extensions.access_loggers.file.v3.FileAccessLog': message(
          { path: name, log_format: formatString },
          needs('path'),
        ),
        'envoy.extensions.access_loggers.stream.v3.StderrAccessLog': message({ log_format: formatString }),
        'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog': message({ log_format: formatString }),
      }),
    },
    needs('typed_config'),
  ),
);
