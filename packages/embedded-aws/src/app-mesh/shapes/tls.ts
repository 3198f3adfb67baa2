import { z } from 'zod';
import { arn, filePath, port, text, union } from './common.ts';

const fileCertificate = z.strictObject({ certificateChain: filePath, privateKey: filePath });
const sdsSecret = z.strictObject({ secretName: z.string() });
const trustFile = z.strictObject({ certificateChain: filePath });
const trustAcm = z.strictObject({ certificateAuthorityArns: z.array(arn).min(1).max(3) });
const subjectAlternativeNames = z
  .strictObject({ match: z.strictObject({ exact: z.array(text(1, 254)) }) })
  .optional();

/** TLS of a listener of a virtual node or virtual gateway. */
export const listenerTls = z.strictObject({
  certificate: union({
    acm: z.strictObject({ certificateArn: arn }),
    file: fileCertificate,
    sds: sdsSecret,
  }),
  mode: z.enum(['STRICT', 'PERMISSIVE', 'DISABLED']),
  validation: z
    .strictObject({ subjectAlternativeNames, trust: union({ file: trustFile, sds: sdsSecret }) })
    .optional(),
});

/** TLS to backends. */
export const clientPolicy = z.strictObject({
  tls: z
    .strictObject({
      certificate: union({ file: fileCertificate, sds: sdsSecret }).optional(),
      enforce: z.boolean().optional(),
      ports: z.array(port).optional(),
      validation: z.strictObject({
        subjectAlternativeNames,
        trust: union({ acm: trustAcm, file: trustFile, sds: sdsSecret }),
      }),
    })
    .optional(),
});
export const backendDefaults = z.strictObject({ clientPolicy: clientPolicy.optional() });
