import type { ListenerTls } from '../../../../model/mesh/tls.ts';
import type { Report } from '../../../plan/report.ts';

/** TLS of a listener as a server's in Istio; undefined: plain text. `namesAreChecked`: of clients, which sidecars cannot. */
export function serverTlsOf(
  tls: ListenerTls | null | undefined,
  report: Report,
  path: string,
  namesAreChecked: boolean,
): object | undefined {
  if (!tls || tls.mode === 'DISABLED') return undefined;
  const { file, acm } = tls.certificate;
  const instead = 'file, mounted into the proxy; or no tls: Istio encrypts by itself';
  if (tls.mode === 'PERMISSIVE')
    report.refuse(
      `${path}.mode`,
      'Istio cannot take plain text beside this TLS',
      'STRICT; or no tls: Istio encrypts by itself',
    );
  if (!file) report.refuse(`${path}.certificate.${acm ? 'acm' : 'sds'}`, 'is no file', instead);
  const { trust, subjectAlternativeNames } = tls.validation ?? {};
  if (trust?.sds) report.refuse(`${path}.validation.trust.sds`, 'is no file', instead);
  const names = subjectAlternativeNames?.match.exact ?? [];
  if (names.length > 0 && !namesAreChecked)
    report.refuse(
      `${path}.validation.subjectAlternativeNames.match.exact`,
      'a sidecar does not check names of clients',
      'an AuthorizationPolicy',
    );
  return {
    mode: trust ? 'MUTUAL' : 'SIMPLE',
    serverCertificate: file?.certificateChain,
    privateKey: file?.privateKey,
    ...(trust?.file && { caCertificates: trust.file.certificateChain }),
    ...(names.length > 0 && namesAreChecked && { subjectAltNames: names }),
  };
}
