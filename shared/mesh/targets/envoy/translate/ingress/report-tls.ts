import type { BackendDefaults, ClientPolicy, ListenerTls } from '../../../../../model/mesh/tls.ts';
import type { Report } from '../../../../plan/report.ts';

const instead = 'file, mounted into the proxy; or sds, from a server such as SPIRE';

/** A listener's TLS. One that is switched off needs nothing. */
export function reportServerTls(tls: ListenerTls | null | undefined, path: string, report: Report): void {
  if (!tls || tls.mode === 'DISABLED' || !tls.certificate.acm) return;
  report.refuse(
    `${path}.certificate.acm`,
    'the key of a certificate of ACM was given to the Envoy of App Mesh only',
    instead,
  );
}

/** A client's TLS. A policy that is not enforced has no effect. */
export function reportClientPolicy(
  policy: ClientPolicy | null | undefined,
  path: string,
  report: Report,
): void {
  const tls = policy?.tls;
  if (!tls || tls.enforce === false || !tls.validation.trust.acm) return;
  report.refuse(
    `${path}.tls.validation.trust.acm`,
    'the certificates of authorities were fetched from ACM by the Envoy of App Mesh only',
    instead,
  );
}

export function reportDefaultPolicy(defaults: BackendDefaults | null | undefined, report: Report): void {
  reportClientPolicy(defaults?.clientPolicy, 'spec.backendDefaults.clientPolicy', report);
}
