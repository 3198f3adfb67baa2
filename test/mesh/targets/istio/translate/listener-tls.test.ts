import { describe, expect, it } from 'vitest';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { serverTlsOf } from '../../../../../shared/mesh/targets/istio/translate/listener-tls.ts';
import type { ListenerTls } from '../../../../../shared/model/mesh/tls.ts';

const file = { certificateChain: '/a.pem', privateKey: '/a.key' };
const certificateARN = 'arn:aws:acm:eu-west-1:111122223333:certificate/a';
const trust = { file: { certificateChain: '/ca.pem' } };
const named = (...exact: readonly string[]) => ({
  validation: { trust, subjectAlternativeNames: { match: { exact: [...exact] } } },
});
const server = { mode: 'SIMPLE', serverCertificate: '/a.pem', privateKey: '/a.key' };
const mutual = { ...server, mode: 'MUTUAL', caCertificates: '/ca.pem' };

function written(tls: Partial<ListenerTls> | null | undefined, namesAreChecked = false) {
  const report = new Report();
  const whole = tls && { mode: 'STRICT' as const, certificate: { file }, ...tls };
  return { tls: serverTlsOf(whole, report, 'at', namesAreChecked), found: report.differences };
}

describe('the TLS of a server', () => {
  it.each<
    readonly [tls: Partial<ListenerTls> | null | undefined, namesAreChecked: boolean, object | undefined]
  >([
    [undefined, true, undefined],
    [null, true, undefined],
    [{ mode: 'DISABLED' }, true, undefined],
    [{}, true, server],
    [{}, false, server],
    [{ validation: null }, true, server],
    [{ validation: { trust } }, true, mutual],
    [{ validation: { trust } }, false, mutual],
    [named(), true, mutual],
    [named(), false, mutual],
    [named('a', 'b'), true, { ...mutual, subjectAltNames: ['a', 'b'] }],
  ])('of %j, with names that are checked: %s, is %j', (tls, namesAreChecked, expected) => {
    expect(written(tls, namesAreChecked)).toEqual({ tls: expected, found: [] });
  });

  const instead = 'file, mounted into the proxy; or no tls: Istio encrypts by itself';
  const secret = { secretName: 'a' };
  it.each<readonly [tls: Partial<ListenerTls>, path: string, message: string, instead: string]>([
    [{ certificate: { acm: { certificateARN } } }, 'at.certificate.acm', 'is no file', instead],
    [{ certificate: { sds: secret } }, 'at.certificate.sds', 'is no file', instead],
    [{ validation: { trust: { sds: secret } } }, 'at.validation.trust.sds', 'is no file', instead],
    [
      { mode: 'PERMISSIVE' },
      'at.mode',
      'Istio cannot take plain text beside this TLS',
      'STRICT; or no tls: Istio encrypts by itself',
    ],
    [
      named('a'),
      'at.validation.subjectAlternativeNames.match.exact',
      'a sidecar does not check names of clients',
      'an AuthorizationPolicy',
    ],
  ])('of %j is refused at %s: %s', (tls, path, message, other) => {
    expect(written(tls).found).toEqual([{ path, effect: 'refused', message, instead: other }]);
  });

  it('is that of a mutual one without a file for what is refused', () => {
    expect(written({ certificate: { sds: secret }, validation: { trust: { sds: secret } } }).tls).toEqual({
      mode: 'MUTUAL',
    });
    expect(written(named('a')).tls).toEqual(mutual);
  });
});
