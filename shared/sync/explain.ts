import type { PodExplanation } from '../plan/explained.ts';
import { explanationText } from '../plan/explanation-text.ts';
import type { InstanceExplanation } from '../plan/instance-explanation.ts';
import type { ServiceExplanation } from '../plan/service-explanation.ts';
import { explainInstance } from './explain-instance.ts';
import { explainPod } from './explain-pod.ts';
import type { ExplainWorld } from './explain-ports.ts';
import type { ExplainRequest } from './explain-request.ts';
import { explainService } from './explain-service.ts';

type Explanation = PodExplanation | ServiceExplanation | InstanceExplanation;

/**
 * Says why a pod is in Cloud Map or not, what is in a service, or whose an instance is: as text for a person, or as an
 * object. Reads only; what it may not read it says, and goes on.
 */
export async function explain(world: ExplainWorld, request: ExplainRequest): Promise<string | Explanation> {
  const explanation = await explanationOf(world, request);
  return request.format === 'text' ? explanationText(explanation) : explanation;
}

function explanationOf(
  world: ExplainWorld,
  { cluster = '', namespace = '', pod = '', service, instance }: ExplainRequest,
): Promise<Explanation> {
  if (instance !== undefined) return explainInstance(world, instance, service);
  if (service !== undefined) return explainService(world, service, cluster || undefined);
  return explainPod(world, { cluster, namespace, name: pod });
}
