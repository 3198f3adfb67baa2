import { at, isObject, objectAt, stringAt } from '../model/json.ts';
import type { JsonObject } from '../model/objects.ts';
import type { Answer } from './answer.ts';
import type { ResourceRequest } from './request.ts';

/** Everyone is this user, who may do everything. */
const user = {
  username: 'embedded-admin',
  groups: ['system:masters', 'system:authenticated'],
};

const allowed = { allowed: true, reason: 'the embedded cluster allows everything' };

/** The status of each review, by resource. */
const statuses: Readonly<Record<string, (sent: unknown) => JsonObject>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': () => allowed,
  'subjectaccessreviews.authorization.k8s.io': () => allowed,
  'localsubjectaccessreviews.authorization.k8s.io': () => allowed,
  'selfsubjectrulesreviews.authorization.k8s.io': () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
  'selfsubjectreviews.authentication.k8s.io': () => ({ userInfo: user }),
  'tokenreviews.authentication.k8s.io': (sent) => ({
    authenticated: true,
    user: { ...user, username: subjectOf(stringAt(sent, 'spec', 'token')) ?? user.username },
    ...(at(sent, 'spec', 'audiences') !== undefined && { audiences: at(sent, 'spec', 'audiences') }),
  }),
};

/** The answer to a review, such as that of `kubectl auth can-i`; undefined for other requests. */
export function reviewAnswer(request: ResourceRequest, body: unknown): Answer | undefined {
  const status = statuses[`${request.resource}.${request.group}`];
  if (status === undefined || request.verb !== 'create' || request.version !== 'v1') return undefined;
  const sent = objectAt({ body }, 'body');
  const metadata = { ...objectAt(sent, 'metadata'), creationTimestamp: null };
  return { code: 201, body: { ...sent, metadata, status: status(sent) } };
}

const defaultSeconds = 3600;
const minSeconds = 600;

/** A token of a ServiceAccount (`kubectl create token`): a JWT without a signature, as nothing here checks it. */
export function tokenAnswer(
  namespace: string,
  name: string,
  uid: string,
  body: unknown,
  nowMs: number,
): Answer {
  const spec = objectAt(body, 'spec');
  const seconds = Math.max(minSeconds, Number(spec.expirationSeconds ?? defaultSeconds));
  const audiences = Array.isArray(spec.audiences) ? spec.audiences : ['https://kubernetes.default.svc'];
  const issuedAt = Math.floor(nowMs / 1000);
  const claims = {
    aud: audiences,
    exp: issuedAt + seconds,
    iat: issuedAt,
    iss: 'https://kubernetes.default.svc',
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const token = [{ alg: 'none', typ: 'JWT' }, claims].map(encoded).join('.');
  return {
    code: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z') },
      spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
      status: {
        token: `${token}.`,
        expirationTimestamp: new Date((issuedAt + seconds) * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
      },
    },
  };
}

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The user of a token that this server issued. */
function subjectOf(token: string): string | undefined {
  const [, claims = ''] = token.split('.');
  try {
    const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return isObject(parsed) && typeof parsed.sub === 'string' ? parsed.sub : undefined;
  } catch {
    return undefined;
  }
}
