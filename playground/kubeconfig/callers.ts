import { randomBytes, timingSafeEqual } from 'node:crypto';
import { eksToken } from '../../shared/adapters/kubernetes/eks-token.ts';
import type { Identity } from '../identity.ts';

/** EKS takes a token for 15 minutes. */
const maxAgeMs = 15 * 60_000;

export type Caller = 'relay' | 'functions';

/** Who may use the proxy. Any user of this machine can reach its port, so each request must prove who sends it. */
export class Callers {
  /** The relay's bearer token. */
  readonly relayToken = randomBytes(32).toString('base64url');
  readonly #cluster: string;
  readonly #functions: Identity;

  /** `functions`: with what the functions sign their tokens. */
  constructor(cluster: string, functions: Identity) {
    this.#cluster = cluster;
    this.#functions = functions;
  }

  async callerOf(authorization: string | undefined, nowMs: number): Promise<Caller | undefined> {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
    if (isSame(token, this.relayToken)) return 'relay';
    const signedAtMs = signingTime(token);
    if (signedAtMs === undefined || Math.abs(nowMs - signedAtMs) > maxAgeMs) return undefined;
    return isSame(token, await this.#tokenAt(signedAtMs)) ? 'functions' : undefined;
  }

  /** As the functions make it: whoever has the same credentials makes the same. */
  #tokenAt(signedAtMs: number): Promise<string> | string {
    const { region, ...credentials } = this.#functions;
    const identity = {
      cluster: this.#cluster,
      region: async () => region,
      credentials: async () => credentials,
    };
    return eksToken(identity, () => signedAtMs)({ refresh: true });
  }
}

/** X-Amz-Date of the presigned URL in a token of EKS. */
function signingTime(token: string): number | undefined {
  if (!token.startsWith('k8s-aws-v1.')) return undefined;
  const url = URL.parse(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'));
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(url?.searchParams.get('X-Amz-Date') ?? '');
  if (parts === null) return undefined;
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...rest);
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
