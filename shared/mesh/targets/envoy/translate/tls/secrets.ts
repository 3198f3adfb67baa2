import type { ClientTls, ListenerTls } from '../../../../../model/mesh/tls.ts';
import { fileSecret, type SecretSource, serverSecret } from './sds.ts';

type Certificate = NonNullable<ClientTls['certificate']> | ListenerTls['certificate'];
type Trust = ClientTls['validation']['trust'] | NonNullable<ListenerTls['validation']>['trust'];

/** The certificate with its key; undefined for one of ACM, which is refused: it never leaves App Mesh's own Envoy. */
export function certificateSource({ file, sds }: Certificate, name: string): SecretSource | undefined {
  if (sds) return serverSecret(sds.secretName);
  if (!file) return undefined;
  const { certificateChain, privateKey } = file;
  return fileSecret(name, {
    tls_certificate: {
      certificate_chain: { filename: certificateChain },
      private_key: { filename: privateKey },
      // A mounted Secret is replaced as a whole, by a link in its directory.
      watched_directory: { path: directoryOf(certificateChain) },
    },
  });
}

/** The authorities that are trusted; undefined for those of ACM, which are refused. */
export function trustSource({ file, sds }: Trust, name: string): SecretSource | undefined {
  if (sds) return serverSecret(sds.secretName);
  if (!file) return undefined;
  const { certificateChain: filename } = file;
  return fileSecret(name, {
    validation_context: {
      trusted_ca: { filename },
      watched_directory: { path: directoryOf(filename) },
    },
  });
}

function directoryOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end > 0 ? file.slice(0, end) : end === 0 ? '/' : '.';
}
