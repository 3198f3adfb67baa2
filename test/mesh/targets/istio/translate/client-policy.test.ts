import { describe, expect, it } from 'vitest';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { reportPolicy } from '../../../../../shared/mesh/targets/istio/translate/node/client-rules.ts';
import type { ClientPolicy } from '../../../../../shared/model/mesh/tls.ts';

function refusedIn(policy: ClientPolicy | null | undefined): readonly string[] {
  const report = new Report();
  reportPolicy(policy, 'p', report);
  return report.differences.map(({ effect, path, instead }) => {
    expect(instead).toContain('file, mounted into the proxy');
    return `${effect} ${path}`;
  });
}

describe('the certificates of a client policy that Istio cannot use', () => {
  const file = { file: { certificateChain: '/ca.pem' } };
  const sds = { sds: { secretName: 'secret' } };
  const acm = {
    acm: { certificateAuthorityARNs: ['arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/a'] },
  };
  const own = { file: { certificateChain: '/a.pem', privateKey: '/a.key' } };

  it.each<readonly [tls: object | undefined, refused: readonly string[]]>([
    [undefined, []],
    [{ validation: { trust: file } }, []],
    [{ validation: { trust: file }, certificate: own }, []],
    [{ validation: { trust: file }, certificate: sds }, ['refused p.tls.certificate.sds']],
    [{ validation: { trust: sds } }, ['refused p.tls.validation.trust.sds']],
    [{ validation: { trust: acm } }, ['refused p.tls.validation.trust.acm']],
    [{ validation: { trust: acm }, enforce: true }, ['refused p.tls.validation.trust.acm']],
    [{ validation: { trust: acm }, certificate: sds, enforce: false }, []],
  ])('of %j are %j', (tls, refused) => {
    expect(refusedIn({ tls } as ClientPolicy)).toEqual(refused);
  });

  it('are none without a policy', () => {
    expect([...refusedIn(undefined), ...refusedIn(null)]).toEqual([]);
  });
});
