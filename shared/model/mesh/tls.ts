import * as z from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { port } from './ports.ts';

const arn = (of: string) => z.string().regex(/^arn:aws[a-z-]*:/, `expected the ARN of ${of}`);
/** App Mesh's FilePath, in the file system of the proxy. */
export const filePath = z.string().min(1).max(255);

const fileCertificate = z.strictObject({ certificateChain: filePath, privateKey: filePath });
/** A secret of the Secret Discovery Service beside the proxy. */
const secret = z.strictObject({ secretName: z.string().min(1) });

const acmTrust = z.strictObject({
  certificateAuthorityARNs: z.array(arn('a private certificate authority')).min(1).max(3),
});
const fileTrust = z.strictObject({ certificateChain: filePath });
const subjectAlternativeNames = z
  .strictObject({ match: z.strictObject({ exact: z.array(z.string().min(1).max(254)) }) })
  .nullish();

const clientTls = z.strictObject({
  enforce: z.boolean().nullish(),
  ports: z.array(port).nullish(),
  certificate: z
    .strictObject({ file: fileCertificate.nullish(), sds: secret.nullish() })
    .refine(...exactlyOne('file', 'sds'))
    .nullish(),
  validation: z.strictObject({
    trust: z
      .strictObject({ acm: acmTrust.nullish(), file: fileTrust.nullish(), sds: secret.nullish() })
      .refine(...exactlyOne('acm', 'file', 'sds')),
    subjectAlternativeNames,
  }),
});
export type ClientTls = z.output<typeof clientTls>;

/** How backends are called; of a virtual node as of a virtual gateway. */
export const clientPolicy = z.strictObject({ tls: clientTls.nullish() });
export type ClientPolicy = z.output<typeof clientPolicy>;
export const backendDefaults = z.strictObject({ clientPolicy: clientPolicy.nullish() });
export type BackendDefaults = z.output<typeof backendDefaults>;

/** How a listener is called; of a virtual node as of a virtual gateway. App Mesh lets no listener trust ACM. */
export const listenerTls = z.strictObject({
  mode: z.enum(['STRICT', 'PERMISSIVE', 'DISABLED']),
  certificate: z
    .strictObject({
      acm: z.strictObject({ certificateARN: arn('an ACM certificate') }).nullish(),
      file: fileCertificate.nullish(),
      sds: secret.nullish(),
    })
    .refine(...exactlyOne('acm', 'file', 'sds')),
  validation: z
    .strictObject({
      trust: z
        .strictObject({ file: fileTrust.nullish(), sds: secret.nullish() })
        .refine(...exactlyOne('file', 'sds')),
      subjectAlternativeNames,
    })
    .nullish(),
});
export type ListenerTls = z.output<typeof listenerTls>;
