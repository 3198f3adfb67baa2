import { shellWords } from '../../shared/model/commands/shell-words.ts';
import { meshKinds, meshResourceName } from '../../shared/model/kubernetes.ts';
import { UsageError } from '../usage-error.ts';
import type { Answer, ApiServer } from './api-server.ts';

/**
 * Throws a UsageError if the cluster cannot be reached or does not let this user list pods. Returns the mesh kinds that it does
 * not serve, such as `virtualnodes.appmesh.k8s.aws`.
 */
export async function checkCluster(apiServer: ApiServer, kubeconfig: string): Promise<readonly string[]> {
  const pods = await attempt(apiServer, '/api/v1/pods?limit=1', kubeconfig);
  if (pods.code !== 200)
    throw new UsageError(
      `--kubeconfig ${kubeconfig}: ${apiServer.url} does not let this user list pods: HTTP ${pods.code}${messageIn(pods)}. ${adviceFor(pods.code)}`,
    );
  const { code, body } = await attempt(apiServer, '/apis/appmesh.k8s.aws/v1beta2', kubeconfig);
  const served = code === 200 ? namesIn(body) : [];
  return meshKinds.map(meshResourceName).filter((name) => !served.includes(name.split('.')[0] ?? ''));
}

async function attempt(apiServer: ApiServer, path: string, kubeconfig: string): Promise<Answer> {
  try {
    return await apiServer.get(path);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const what = message || (code ?? String(error));
    throw new UsageError(
      `--kubeconfig ${kubeconfig}: no answer from ${apiServer.url}: ${what}. Check the same with kubectl: ${shellWords(['kubectl', '--kubeconfig', kubeconfig, 'get', 'pods', '-A', '--chunk-size', '1'])}`,
    );
  }
}

function adviceFor(code: number): string {
  return code === 401
    ? 'Renew the credentials of its user'
    : 'It needs list and watch of pods, nodes, namespaces and the kinds of appmesh.k8s.aws in all namespaces';
}

function messageIn({ body }: Answer): string {
  const message = (body as { readonly message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? `, ${message}` : '';
}

function namesIn(body: unknown): readonly string[] {
  const { resources = [] } = body as { readonly resources?: readonly { readonly name: string }[] };
  return resources.map(({ name }) => name);
}
