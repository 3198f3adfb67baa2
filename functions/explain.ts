import { explain } from '../shared/explain/explain.ts';
import { explainRequest } from '../shared/explain/explain-request.ts';
import { readFunction } from '../shared/lambda/read-function.ts';

/**
 * Why a pod is in Cloud Map or not, what is in a service, whose an instance is, what became of a mesh object. Invoked by
 * people; reads only.
 */
export const handler = readFunction({ schema: explainRequest, handle: explain });
