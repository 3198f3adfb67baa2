import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that stands for all certificates of a proxy, in a folder of its own. */
export interface Keys extends Disposable {
  readonly folder: string;
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export function someKeys(): Keys {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  const certificate = join(folder, 'certificate.pem');
  const privateKey = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=test', '-days', '2'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      ...subject,
      '-keyout',
      privateKey,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { folder, certificate, privateKey, authority: certificate, [Symbol.dispose]: remove };
}
