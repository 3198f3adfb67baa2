// The library of certificates needs it before.
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  type GeneralNameType,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { MountedFolder } from '../../../playground/pods/mounted-folder.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** As the library names it: with the types of browsers in the program, Node's are others. */
type Keys = NonNullable<Parameters<typeof X509CertificateGenerator.createSelfSigned>[0]>['keys'];

function newKeys(): Promise<Keys> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<Keys>;
}

const validity = () => ({
  notBefore: new Date(Date.now() - dayMs),
  notAfter: new Date(Date.now() + dayMs),
});

function typeOf(name: string): GeneralNameType {
  if (name.includes('://')) return 'url';
  return /^[\d.]+$/.test(name) ? 'ip' : 'dns';
}

/** A certificate authority. */
export class Authority {
  readonly certificate: string;
  readonly #keys: Keys;
  readonly #name: string;
  #serial = 1;

  private constructor(name: string, keys: Keys, certificate: string) {
    this.#name = name;
    this.#keys = keys;
    this.certificate = certificate;
  }

  static async create(name: string): Promise<Authority> {
    const keys = await newKeys();
    const made = await X509CertificateGenerator.createSelfSigned({
      ...{ serialNumber: '01', name: `CN=${name}`, keys, signingAlgorithm: algorithm },
      ...validity(),
      extensions: [new BasicConstraintsExtension(true, 1, true)],
    });
    return new Authority(name, keys, made.toString('pem'));
  }

  /** A certificate with these names: host names, addresses, or URIs. */
  async issue(...names: readonly string[]): Promise<Pair> {
    const keys = await newKeys();
    this.#serial += 1;
    const alternatives = names.map((value) => ({
      type: typeOf(value),
      value,
    }));
    const made = await X509CertificateGenerator.create({
      serialNumber: this.#serial.toString(16).padStart(4, '0'),
      subject: `CN=${names[0]}`,
      issuer: `CN=${this.#name}`,
      ...validity(),
      ...{ publicKey: keys.publicKey, signingKey: this.#keys.privateKey, signingAlgorithm: algorithm },
      extensions: [new SubjectAlternativeNameExtension(alternatives)],
    });
    const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
    return { certificate: made.toString('pem'), key };
  }
}

/** A folder of certificates, as a mounted Secret. */
export class SecretFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'certificates-'));
  readonly #folder = new MountedFolder(this.path);
  #files: Record<string, string> = {};

  /** Replaces all files at once. A pair `blue` is the files `blue.pem` and `blue.key`. */
  write(authorities: Readonly<Record<string, Authority>>, pairs: Readonly<Record<string, Pair>>): void {
    for (const [name, { certificate }] of Object.entries(authorities))
      this.#files[`${name}.pem`] = certificate;
    for (const [name, { certificate, key }] of Object.entries(pairs)) {
      this.#files[`${name}.pem`] = certificate;
      this.#files[`${name}.key`] = key;
    }
    this.#folder.write(this.#files);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
