import type { Kind } from '../kinds/kind.ts';
import type { JsonObject } from '../model/objects.ts';
import { ApiError } from '../model/status.ts';
import { aggregatedMediaType, discover, discoverAll, wantsAggregated } from './discovery.ts';
import { openApiDocument, openApiIndex, openApiV2 } from './openapi/documents.ts';
import { encodeOpenApiV2, openApiV2MediaType } from './openapi/protobuf.ts';

/** A document about the API itself. */
export interface Document {
  readonly body: JsonObject | Uint8Array;
  readonly mediaType?: string;
}

/** Discovery and OpenAPI, in the form that the client accepts; undefined for other paths. Throws 406. */
export function documentOf(path: string, accept: string, kinds: readonly Kind[]): Document | undefined {
  if (path === '/openapi/v2') return openApiV2Of(accept, kinds);
  const all = wantsAggregated(accept) ? discoverAll(path.replace(/\/$/, ''), kinds) : undefined;
  if (all) return { body: all, mediaType: aggregatedMediaType };
  const body =
    path === '/openapi/v3' ? openApiIndex(kinds) : (openApiDocument(path, kinds) ?? discover(path, kinds));
  return body && { body };
}

function openApiV2Of(accept: string, kinds: readonly Kind[]): Document {
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  const wanted = types.find(
    (type) => /^(application\/json|application\/\*|\*\/\*|)$/.test(type) || isProtobuf(type),
  );
  if (wanted === undefined)
    throw new ApiError(
      406,
      'NotAcceptable',
      `only the following media types are accepted: application/json, ${openApiV2MediaType}`,
    );
  const document = openApiV2(kinds);
  if (!isProtobuf(wanted)) return { body: document };
  return { body: encodeOpenApiV2(document), mediaType: openApiV2MediaType };
}

/** kubectl names it with an @, which is not valid in a media type. */
function isProtobuf(type: string): boolean {
  return type === openApiV2MediaType || type === openApiV2MediaType.replace('spec.v2.', 'spec.v2@');
}
