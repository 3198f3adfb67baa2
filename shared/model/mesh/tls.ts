import * as z from 'zod/mini';
import { exactlyOne } from './exactly-one.ts';
import { port } from './ports.ts';

const arn = (of: string) => z.string().check(z.regex(/^arn:aws[a-z-]*:/, `expected the ARN of ${of}`));
/** App Mesh's FilePath, in the file system of the proxy. */
export const filePath = z.string().check(z.minLength(1), z.maxLength(255));

const fileCertificate = z.strictObject({ certificateChain: filePath, privateKey: filePath });
/** A secret of the Secret Discovery Service beside the proxy. */
const secret = z.strictObject({ secretName: z.string().check(z.minLength(1)) });

const acmTrust = z.strictObject({
  certificateAuthorityARNs: z
    .array(arn('a private certificate authority'))
    .check(z.minLength(1), z.maxLength(3)),
});
const fileTrust = z.strictObject({ certificateChain: filePath });
const subjectAlternativeNames = z.nullish(
  z.strictObject({
    match: z.strictObject({ exact: z.array(z.string().check(z.minLength(1), z.maxLength(254))) }),
  }),
);

const clientTls = z.strictObject({
  enforce: z.nullish(z.boolean()),
  ports: z.nullish(z.array(port)),
  certificate: z.nullish(
    z
      .strictObject({ file: z.nullish(fileCertificate), sds: z.nullish(secret) })
      .check(z.refine(...exactlyOne('file', 'sds'))),
  ),
  validation: z.strictObject({
    trust: z
      .strictObject({ acm: z.nullish(acmTrust), file: z.nullish(fileTrust), sds: z.nullish(secret) })
      .check(z.refine(...exactlyOne('acm', 'file', 'sds'))),
    subjectAlternativeNames,
  }),
});
export type ClientTls = z.output<typeof clientTls>;

/** How backends are called; for virtual nodes and virtual gateways. */
export const clientPolicy = z.strictObject({ tls: z.nullish(clientTls) });
export type ClientPolicy = z.output<typeof clientPolicy>;
export const backendDefaults = z.strictObject({ clientPolicy: z.nullish(clientPolicy) });
export type BackendDefaults = z.output<typeof backendDefaults>;

/** TLS of a listener; for virtual nodes and virtual gateways. In App Mesh a listener cannot trust ACM. */
export const listenerTls = z.strictObject({
  mode: z.enum(['STRICT', 'PERMISSIVE', 'DISABLED']),
  certificate: z
    .strictObject({
      acm: z.nullish(z.strictObject({ certificateARN: arn('an ACM certificate') })),
      file: z.nullish(fileCertificate),
      sds: z.nullish(secret),
    })
    .check(z.refine(...exactlyOne('acm', 'file', 'sds'))),
  validation: z.nullish(
    z.strictObject({
      trust: z
        .strictObject({ file: z.nullish(fileTrust), sds: z.nullish(secret) })
        .check(z.refine(...exactlyOne('file', 'sds'))),
      subjectAlternativeNames,
    }),
  ),
});
export type ListenerTls = z.output<typeof listenerTls>;
