import { describe, expect, it } from 'vitest';
import type { Faulty, Translated } from '../../../../model/mesh/specs.ts';
import { aListener, gateway, node } from './node-and-gateway.ts';

const certificateAuthority = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1';
const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/1';
const file = { certificateChain: '/chain.pem', privateKey: '/key.pem' };
const sds = { secretName: 'orders' };
const names = { match: { exact: ['orders.shop', 'orders'] } };

describe.each([node, gateway])('the clientPolicy of a $kind', ({ faults, input }) => {
  const trust = { file: { certificateChain: '/chain.pem' } };
  const policy = (tls: unknown) => ({ clientPolicy: { tls } });
  const withTrust = (members: object) => policy({ validation: { trust: members } });

  it.each<Translated>([
    [{}],
    [{ clientPolicy: null }, {}],
    [policy(null), { clientPolicy: {} }],
    [policy({ enforce: false, validation: { trust } })],
    [policy({ enforce: null, validation: { trust } }), policy({ validation: { trust } })],
    [policy({ ports: [443, 8443], validation: { trust } })],
    [policy({ ports: [], validation: { trust } }), policy({ validation: { trust } })],
    [policy({ certificate: { file }, validation: { trust } })],
    [
      policy({ certificate: { file: null, sds }, validation: { trust } }),
      policy({ certificate: { sds }, validation: { trust } }),
    ],
    [
      withTrust({ acm: { certificateAuthorityARNs: [certificateAuthority] }, file: null }),
      withTrust({ acm: { certificateAuthorityArns: [certificateAuthority] } }),
    ],
    [withTrust(trust)],
    [withTrust({ sds })],
    [policy({ validation: { trust, subjectAlternativeNames: names } })],
    [policy({ validation: { trust, subjectAlternativeNames: null } }), withTrust(trust)],
  ])('%j becomes %j', (backendDefaults, expected = backendDefaults) => {
    expect(input({ backendDefaults }).backendDefaults).toStrictEqual(expected);
  });

  it('a clientPolicy is left out where it is null', () => {
    expect(input({ backendDefaults: null })).not.toHaveProperty('backendDefaults');
  });

  const path = 'spec.backendDefaults.clientPolicy.tls';
  it.each<Faulty>([
    [{ tls: {} }, 'spec.backendDefaults: Unrecognized key: "tls"'],
    [{ clientPolicy: { TLS: {} } }, 'spec.backendDefaults.clientPolicy: Unrecognized key: "TLS"'],
    [policy({}), `${path}.validation: Invalid input: expected object, received undefined`],
    [
      policy({ validation: {} }),
      `${path}.validation.trust: Invalid input: expected object, received undefined`,
    ],
    [
      policy({ enforce: 'yes', validation: { trust } }),
      `${path}.enforce: Invalid input: expected boolean, received string`,
    ],
    [policy({ ports: [0], validation: { trust } }), `${path}.ports[0]: Too small: expected number to be >=1`],
    [
      policy({ certificate: {}, validation: { trust } }),
      `${path}.certificate: expected exactly one of file, sds; found none`,
    ],
    [
      policy({ certificate: { file, sds }, validation: { trust } }),
      `${path}.certificate: expected exactly one of file, sds; found file and sds`,
    ],
    [
      policy({ certificate: { acm: {} }, validation: { trust } }),
      `${path}.certificate: Unrecognized key: "acm"\n${path}.certificate: expected exactly one of file, sds; found none`,
    ],
    [withTrust({}), `${path}.validation.trust: expected exactly one of acm, file, sds; found none`],
    [
      withTrust({ ...trust, sds }),
      `${path}.validation.trust: expected exactly one of acm, file, sds; found file and sds`,
    ],
    [
      withTrust({ acm: { certificateAuthorityArns: [] } }),
      [
        `${path}.validation.trust.acm.certificateAuthorityARNs: Invalid input: expected array, received undefined`,
        `${path}.validation.trust.acm: Unrecognized key: "certificateAuthorityArns"`,
      ].join('\n'),
    ],
    [
      withTrust({ acm: { certificateAuthorityARNs: [] } }),
      `${path}.validation.trust.acm.certificateAuthorityARNs: Too small: expected array to have >=1 items`,
    ],
    [
      withTrust({ acm: { certificateAuthorityARNs: Array(4).fill(certificateAuthority) } }),
      `${path}.validation.trust.acm.certificateAuthorityARNs: Too big: expected array to have <=3 items`,
    ],
    [
      withTrust({ acm: { certificateAuthorityARNs: ['my-authority'] } }),
      `${path}.validation.trust.acm.certificateAuthorityARNs[0]: expected the ARN of a private certificate authority`,
    ],
    [
      withTrust({ file: { certificateChain: '' } }),
      `${path}.validation.trust.file.certificateChain: Too small: expected string to have >=1 characters`,
    ],
    [
      withTrust({ sds: { secretName: '' } }),
      `${path}.validation.trust.sds.secretName: Too small: expected string to have >=1 characters`,
    ],
    [
      policy({ validation: { trust, subjectAlternativeNames: { match: {} } } }),
      `${path}.validation.subjectAlternativeNames.match.exact: Invalid input: expected array, received undefined`,
    ],
    [
      policy({ validation: { trust, subjectAlternativeNames: { match: { exact: [''] } } } }),
      `${path}.validation.subjectAlternativeNames.match.exact[0]: Too small: expected string to have >=1 characters`,
    ],
    [
      policy({ validation: { trust, subjectAlternativeNames: { match: { exact: ['x'.repeat(255)] } } } }),
      `${path}.validation.subjectAlternativeNames.match.exact[0]: Too big: expected string to have <=254 characters`,
    ],
  ])('%j is wrong', (backendDefaults, expected) => {
    expect(faults({ backendDefaults })).toBe(expected);
  });
});

describe.each([node, gateway])('the TLS of a listener of a $kind', ({ faults, input }) => {
  const tls = (changes: object | undefined) => ({ mode: 'STRICT', certificate: { file }, ...changes });
  const spec = (changes: object | undefined) => ({ listeners: [aListener({ tls: tls(changes) })] });

  it.each<Translated>([
    [{}],
    [{ mode: 'PERMISSIVE' }],
    [{ mode: 'DISABLED' }],
    [
      { certificate: { acm: { certificateARN: certificateArn }, sds: null } },
      { certificate: { acm: { certificateArn } } },
    ],
    [{ certificate: { file } }],
    [{ certificate: { sds } }],
    [{ validation: null }, {}],
    [{ validation: { trust: { file: { certificateChain: '/chain.pem' } } } }],
    [{ validation: { trust: { file: null, sds } } }, { validation: { trust: { sds } } }],
    [{ validation: { trust: { sds }, subjectAlternativeNames: names } }],
    [{ validation: { trust: { sds }, subjectAlternativeNames: null } }, { validation: { trust: { sds } } }],
  ])('%j becomes %j', (changes, expected = changes) => {
    expect(input(spec(changes)).listeners).toStrictEqual([aListener({ tls: tls(expected) })]);
  });

  const path = 'spec.listeners[0].tls';
  it.each<Faulty>([
    [{ mode: undefined }, `${path}.mode: Invalid option: expected one of "STRICT"|"PERMISSIVE"|"DISABLED"`],
    [{ mode: 'strict' }, `${path}.mode: Invalid option: expected one of "STRICT"|"PERMISSIVE"|"DISABLED"`],
    [{ certificate: undefined }, `${path}.certificate: Invalid input: expected object, received undefined`],
    [{ certificate: {} }, `${path}.certificate: expected exactly one of acm, file, sds; found none`],
    [
      { certificate: { acm: { certificateARN: certificateArn }, file, sds } },
      `${path}.certificate: expected exactly one of acm, file, sds; found acm and file and sds`,
    ],
    [
      { certificate: { acm: { certificateARN: 'orders' } } },
      `${path}.certificate.acm.certificateARN: expected the ARN of an ACM certificate`,
    ],
    [
      { certificate: { file: { certificateChain: '/chain.pem' } } },
      `${path}.certificate.file.privateKey: Invalid input: expected string, received undefined`,
    ],
    [
      { certificate: { file: { ...file, privateKey: 'x'.repeat(256) } } },
      `${path}.certificate.file.privateKey: Too big: expected string to have <=255 characters`,
    ],
    [
      { certificate: { file: { ...file, certificateChain: '' } } },
      `${path}.certificate.file.certificateChain: Too small: expected string to have >=1 characters`,
    ],
    [
      { certificate: { sds: {} } },
      `${path}.certificate.sds.secretName: Invalid input: expected string, received undefined`,
    ],
    [{ validation: {} }, `${path}.validation.trust: Invalid input: expected object, received undefined`],
    [
      { validation: { trust: {} } },
      `${path}.validation.trust: expected exactly one of file, sds; found none`,
    ],
    [
      { validation: { trust: { acm: { certificateAuthorityARNs: [certificateAuthority] } } } },
      `${path}.validation.trust: Unrecognized key: "acm"\n${path}.validation.trust: expected exactly one of file, sds; found none`,
    ],
    [{ validations: {} }, `${path}: Unrecognized key: "validations"`],
  ])('%j is wrong', (changes, expected) => {
    expect(faults(spec(changes))).toBe(expected);
  });
});
