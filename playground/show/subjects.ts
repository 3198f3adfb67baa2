import type { ExplainSubject } from '../../shared/model/commands/explain-command.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { Playground } from '../playground.ts';
import { requestToExplain } from '../pods/show/pod-steps.ts';
import { meshSubject } from './own-steps.ts';

/**
 * What `explain` can explain here: a pod, registered if there is one, its service, one of the mesh objects, and a request of
 * them.
 */
export async function subjectsOf(
  { cloudMap, cluster, pods }: Playground,
  manifests: readonly Manifest[],
): Promise<readonly ExplainSubject[]> {
  const registered = await registeredPod(cloudMap);
  const [pod] = cluster?.store.list('pods') ?? [];
  const { namespace = '', name = '' } = pod?.metadata ?? {};
  const object = meshSubject(manifests);
  const request = pods && requestToExplain(pods);
  return [
    ...(registered.length > 0 || pod === undefined ? registered : [{ pod: { namespace, name } }]),
    ...(object ? [object] : []),
    ...(request ? [{ request }] : []),
  ];
}

async function registeredPod(cloudMap: Playground['cloudMap']): Promise<readonly ExplainSubject[]> {
  for (const question of await cloudMap.services()) {
    const service = { service: `${question.namespace}/${question.service}` };
    for (const { Attributes = {} } of await cloudMap.discover(question)) {
      const { 'k8s.io/pod': name, 'k8s.io/namespace': namespace } = Attributes;
      if (name !== undefined && namespace !== undefined) return [{ pod: { namespace, name } }, service];
    }
  }
  return [];
}
