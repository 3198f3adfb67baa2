import { configSource, dataSource, stringMatcher } from './core.ts';
import {
  choice,
  duration,
  type Fields,
  flag,
  list,
  message,
  name,
  needs,
  notBoth,
  oneOf,
  type Place,
  type Rule,
  text,
  typed,
} from './rule.ts';

const secretConfig = message({ name, sds_config: configSource }, needs('name'));

function sanNeedsAuthority(
  { match_typed_subject_alt_names: names, trusted_ca: authority }: Fields,
  place: Place,
) {
  if (Array.isArray(names) && names.length > 0 && authority === undefined)
    place.fault('match_typed_subject_alt_names needs trusted_ca');
}

const validationFields = {
  trusted_ca: dataSource,
  watched_directory: message({ path: name }, needs('path')),
  match_typed_subject_alt_names: list(
    message(
      { san_type: choice('EMAIL', 'DNS', 'URI', 'IP_ADDRESS', 'OTHER_NAME'), matcher: stringMatcher },
      needs('san_type', 'matcher'),
    ),
  ),
  trust_chain_verification: choice('VERIFY_TRUST_CHAIN', 'ACCEPT_UNTRUSTED'),
};

/** In a combined context, the authority comes from the secret. */
const validationContext = message(validationFields, sanNeedsAuthority);

const certificate = message(
  {
    certificate_chain: dataSource,
    private_key: dataSource,
    watched_directory: message({ path: name }, needs('path')),
  },
  needs('certificate_chain', 'private_key'),
);

const version = choice('TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3');

const commonFields = {
  tls_params: message({ tls_minimum_protocol_version: version, tls_maximum_protocol_version: version }),
  tls_certificates: list(certificate),
  tls_certificate_sds_secret_configs: list(secretConfig),
  validation_context: validationContext,
  validation_context_sds_secret_config: secretConfig,
  combined_validation_context: message(
    {
      default_validation_context: message(validationFields),
      validation_context_sds_secret_config: secretConfig,
    },
    needs('default_validation_context', 'validation_context_sds_secret_config'),
  ),
  alpn_protocols: list(text()),
};
const oneValidation = notBoth(
  'validation_context',
  'validation_context_sds_secret_config',
  'combined_validation_context',
);
const oneSource = notBoth('tls_certificates', 'tls_certificate_sds_secret_configs');

const commonContext = message(
  {
    ...commonFields,
    tls_certificates: list(certificate, { max: 1 }),
    tls_certificate_sds_secret_configs: list(secretConfig, { max: 1 }),
  },
  oneValidation,
  oneSource,
);

function hasCertificate(
  { tls_certificates: files, tls_certificate_sds_secret_configs: secrets }: Fields,
  place: Place,
) {
  const count = [files, secrets].flatMap((each) => (Array.isArray(each) ? each : [])).length;
  if (count === 0) place.fault('a server needs a certificate');
}

const server = message(
  {
    common_tls_context: message(commonFields, oneValidation, oneSource, hasCertificate),
    require_client_certificate: flag,
    session_timeout: duration(),
  },
  needs('common_tls_context'),
);

const client = message({
  common_tls_context: commonContext,
  sni: text({ maxBytes: 255, pattern: /^[^\0]*$/ }),
  auto_host_sni: flag,
  auto_sni_san_validation: flag,
  allow_renegotiation: flag,
});

const socket = (type: string, rule: Rule) =>
  message(
    {
      name,
      typed_config: typed({
        [`envoy.extensions.transport_sockets.tls.v3.${type}`]: rule,
        'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer': message({}),
      }),
    },
    needs('name', 'typed_config'),
  );

export const serverSocket = socket('DownstreamTlsContext', server);
export const clientSocket = socket('UpstreamTlsContext', client);

export const secret = message(
  {
    name: text(),
    tls_certificate: certificate,
    validation_context: message(validationFields, needs('trusted_ca')),
  },
  oneOf('tls_certificate', 'validation_context'),
);
