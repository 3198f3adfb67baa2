import { extension, type Fields } from '../typed.ts';

/** Distinguishes TLS from plain text, by the first bytes of the client. `others`: of a listener. */
export function tlsInspector(others: Fields = {}): Fields {
  return {
    ...extension(
      'envoy.filters.listener.tls_inspector',
      'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
    ),
    ...others,
  };
}
