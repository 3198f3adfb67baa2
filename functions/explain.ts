import { readFunction } from '../shared/runtime/read-function.ts';
import { explain } from '../shared/sync/explain.ts';
import { explainRequest } from '../shared/sync/explain-request.ts';

/**
 * Why a pod is in Cloud Map or not, what is in a service, whose an instance is, what became of a mesh object. Invoked by
 * people; reads only.
 */
export const handler = readFunction({ schema: explainRequest, handle: explain });
