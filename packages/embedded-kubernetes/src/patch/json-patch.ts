import jsonPatch, { type Operation } from 'fast-json-patch';
import { copy, isObject } from '../model/json.ts';
import type { JsonObject } from '../model/objects.ts';
import { ApiError, badRequest } from '../model/status.ts';

/**
 * RFC 6902. Like the API server, throws 400 if the patch is not a list of operations, 422 if an operation is impossible
 * or a `test` fails.
 */
export function applyJsonPatch(target: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch))
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let patched: unknown;
  try {
    patched = jsonPatch.applyPatch(copy(target), patch as Operation[], true, true, true).newDocument;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ApiError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${reason}`,
    );
  }
  if (!isObject(patched)) throw badRequest('the JSON patch leaves something that is not an object');
  return patched;
}
