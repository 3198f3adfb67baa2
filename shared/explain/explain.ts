import { PermanentError } from '../model/errors.ts';
import { explainInstance } from './explain-instance.ts';
import { explainMeshRequest } from './explain-mesh-request.ts';
import { explainObject } from './explain-object.ts';
import { explainPod } from './explain-pod.ts';
import type { ExplainRequest } from './explain-request.ts';
import { explainService } from './explain-service.ts';
import type { ObjectDependencies } from './object-dependencies.ts';
import type { PodExplanation } from './plan/explained.ts';
import { explanationText, wholeText } from './plan/explanation-text.ts';
import type { InstanceExplanation } from './plan/instance-explanation.ts';
import type { ObjectExplanation } from './plan/object-explained.ts';
import { objectText } from './plan/object-text.ts';
import type { RequestExplanation } from './plan/request-explanation.ts';
import { requestText } from './plan/request-text.ts';
import type { ServiceExplanation } from './plan/service-explanation.ts';

type Explanation =
  | PodExplanation
  | ServiceExplanation
  | InstanceExplanation
  | ObjectExplanation
  | RequestExplanation;

/**
 * Explains why a pod is in Cloud Map or not, what a service contains, who manages an instance, the state of a mesh
 * object in the mesh target, or where a request goes: as text for people, or as an object. Reads only; reports each read failure and continues.
 */
export async function explain(
  deps: ObjectDependencies,
  request: ExplainRequest,
): Promise<string | Explanation> {
  const explanation = await explanationOf(deps, request);
  return request.format === 'text' ? textOf(explanation) : explanation;
}

function textOf(explanation: Explanation): string {
  if (explanation.subject === 'object') return wholeText(objectText(explanation), explanation);
  if (explanation.subject === 'request') return wholeText(requestText(explanation), explanation);
  return explanationText(explanation);
}

function explanationOf(
  deps: ObjectDependencies,
  { cluster, namespace = '', pod = '', service, instance, object, request }: ExplainRequest,
): Promise<Explanation> {
  if (object !== undefined) return explainObject(deps, cluster ?? onlyCluster(deps), object);
  if (request !== undefined) return explainMeshRequest(deps, cluster ?? onlyCluster(deps), request);
  if (instance !== undefined) return explainInstance(deps, instance, service);
  if (service !== undefined) return explainService(deps, service, cluster);
  return explainPod(deps, { cluster: cluster ?? onlyCluster(deps), namespace, name: pod });
}

function onlyCluster({ clusters }: ObjectDependencies): string {
  const [first, ...others] = clusters.map(({ name }) => name);
  if (first !== undefined && others.length === 0) return first;
  throw new PermanentError(`cluster is missing; expected one of ${[first, ...others].join(', ')}`);
}
