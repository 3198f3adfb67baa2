import type { ExplainSubject } from '../../shared/model/commands/explain-command.ts';
import type { Playground } from '../playground.ts';
import { requestToExplain } from '../pods/show/pod-steps.ts';

/** What `explain` can explain here: a registered pod, its service, and a request of the mesh objects. */
export async function subjectsOf({ cloudMap, pods }: Playground): Promise<readonly ExplainSubject[]> {
  const request = pods && requestToExplain(pods);
  return [...(await registeredPod(cloudMap)), ...(request ? [{ request }] : [])];
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
