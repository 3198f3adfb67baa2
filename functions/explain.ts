import { explain } from '../shared/explain/explain.ts';
import { explainRequest } from '../shared/explain/explain-request.ts';
import { composeExplain } from '../shared/lambda/compose/explain.ts';
import { readFunction } from '../shared/lambda/read-function.ts';

/**
 * Explains why a pod is in Cloud Map or not, what a service contains, who manages an instance, the state of a mesh
 * object, and where a request goes. Invoked by people; reads only.
 */
export const handler = readFunction({
  compose: composeExplain,
  schema: explainRequest,
  handle: explain,
});
