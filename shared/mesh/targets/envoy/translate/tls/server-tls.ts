import type { ListenerTls } from '../../../../../model/mesh/tls.ts';
import type { EnvoyResource } from '../proxy.ts';
import { extension, type Fields } from '../typed.ts';
import { certificateSource, trustSource } from './secrets.ts';
import { validationOf } from './validation.ts';

/** TLS that a listener accepts. */
export interface ServerTls {
  /** `both`: also plain text, on the same port. */
  readonly accepts: 'tls' | 'both';
  readonly transportSocket: Fields;
  readonly secrets: readonly EnvoyResource[];
}

/** The TLS of a listener; undefined: plain text. `name`: of its secrets, unique in the proxy. `alpn`: the protocols offered. */
export function serverTlsOf(
  tls: ListenerTls | null | undefined,
  name: string,
  alpn: readonly string[],
): ServerTls | undefined {
  if (!tls || tls.mode === 'DISABLED') return undefined;
  const certificate = certificateSource(tls.certificate, `${name}-certificate`);
  const { trust, subjectAlternativeNames } = tls.validation ?? {};
  const authorities = trust && trustSource(trust, `${name}-trust`);
  const common = {
    ...(certificate && { tls_certificate_sds_secret_configs: [certificate.config] }),
    ...(authorities && validationOf(authorities, subjectAlternativeNames?.match.exact ?? [])),
    ...(alpn.length > 0 && { alpn_protocols: alpn }),
  };
  return {
    accepts: tls.mode === 'PERMISSIVE' ? 'both' : 'tls',
    transportSocket: extension(
      'envoy.transport_sockets.tls',
      'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      {
        common_tls_context: common,
        // While plain text is accepted, so are clients that have no certificate yet: the user guide's way to mutual TLS.
        ...(authorities && { require_client_certificate: tls.mode === 'STRICT' }),
      },
    ),
    secrets: [...(certificate?.secrets ?? []), ...(authorities?.secrets ?? [])],
  };
}
