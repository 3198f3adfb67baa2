import { at, listAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { ApiError, badRequest } from '../model/status.ts';

/** The subresources of a pod that need its containers. */
const needs: Readonly<Record<string, string>> = {
  log: 'has no logs',
  exec: 'cannot execute a command',
  attach: 'has no process to attach to',
  portforward: 'listens on no port',
  proxy: 'answers no request',
  ephemeralcontainers: 'cannot run a debug container',
};

/** Why the subresource of a pod is not answered: no containers run here. Undefined for other subresources. */
export function containerRefusal(
  { metadata, spec }: KubernetesObject,
  subresource: string,
  query: URLSearchParams,
): ApiError | undefined {
  const need = needs[subresource];
  if (need === undefined) return undefined;
  const { name, namespace } = metadata;
  const container = query.get('container');
  const names = ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, list).map((each) => at(each, 'name')),
  );
  if (container !== null && container !== '' && !names.includes(container))
    return badRequest(`container ${container} is not valid for pod ${name}`);
  const message =
    `pod "${name}" ${need}: no containers run in the embedded cluster. ` +
    `"kubectl describe pod ${name} -n ${namespace}" shows its state and events; ` +
    'to run its containers, apply the same manifest to a cluster with nodes, such as kind or EKS';
  return new ApiError(501, 'NotImplemented', message, { name, kind: 'pods' });
}
