import type { Pod } from '../../inject/pod.ts';
import type { Created, SidecarCluster } from './contract.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** As kubectl prints them. */
  readonly warnings?: string | undefined;
}

export type Send = (
  method: string,
  path: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Any API server, by its HTTP API. */
export function clusterOf(send: Send, stop: () => Promise<void>): SidecarCluster {
  return {
    createNamespace: async (name, labels) => {
      await ok(send('POST', '/api/v1/namespaces', { metadata: { name, labels } }));
    },
    createObject: async (namespace, { kind, name, spec }) => {
      const path = `/apis/appmesh.k8s.aws/v1beta2/namespaces/${namespace}/${pluralOf(kind)}`;
      const object = { apiVersion: 'appmesh.k8s.aws/v1beta2', kind, metadata: { name }, spec };
      await eventually(() => send('POST', path, object));
    },
    createPod: async (namespace, pod, dryRun = false): Promise<Created> => {
      const path = `/api/v1/namespaces/${namespace}/pods${dryRun ? '?dryRun=All' : ''}`;
      const { status, body } = await send('POST', path, { apiVersion: 'v1', kind: 'Pod', ...pod });
      return status === 201 ? { pod: body as Pod } : { refusal: refusalOf(body) };
    },
    stop,
  };
}

export function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** The message of the policy, without its name. */
function refusalOf({ message }: Answer['body']): string {
  return String(message).replace(/^.* denied request: /s, '');
}

export async function ok(sent: Promise<Answer>): Promise<Answer> {
  const answer = await sent;
  if (answer.status >= 300) throw new Error(`status ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** A new kind is served a moment after its definition, and a policy or a role is in effect a moment after it is stored. */
export async function eventually(send: () => Promise<Answer>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await send()).status < 300) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ok(send());
}
