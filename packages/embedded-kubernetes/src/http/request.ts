import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { badRequest } from '../model/status.ts';
import { decodeProtobuf, protobufMediaType } from './protobuf/decode.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** The attributes of a request to `/api/…` or `/apis/…`, as in RBAC. */
export interface ResourceRequest {
  readonly verb: Verb;
  readonly group: string;
  readonly version: string;
  /** The plural. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly userAgent: string;
}

/** Parses a resource request; undefined for other paths, such as discovery. */
export function parseResourceRequest(request: IncomingMessage, url: URL): ResourceRequest | undefined {
  const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  const version = rest.shift();
  // The deprecated form of a watch, /api/v1/watch/pods.
  const isOldWatch = rest[0] === 'watch' && rest.length > 1;
  if (isOldWatch) rest.shift();
  const target = parseTarget(rest);
  if (version === undefined || target === undefined) return undefined;
  return {
    verb: verbOf(request.method ?? 'GET', target.name, url.searchParams, isOldWatch),
    group,
    version,
    ...target,
    query: url.searchParams,
    userAgent: request.headers['user-agent'] ?? '',
  };
}

type Target = Pick<ResourceRequest, 'resource' | 'namespace' | 'name' | 'subresource'>;

function parseTarget(parts: readonly string[]): Target | undefined {
  const [first, second, third, fourth, fifth] = parts;
  if (first === undefined) return undefined;
  const isNamespaced = first === 'namespaces' && third !== undefined && !namespaceSubresources.has(third);
  if (isNamespaced) return { namespace: second, resource: third, name: fourth, subresource: fifth };
  return { namespace: undefined, resource: first, name: second, subresource: third };
}

const namespaceSubresources = new Set(['status', 'finalize']);

function verbOf(method: string, name: string | undefined, query: URLSearchParams, isOldWatch: boolean): Verb {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      if (isOldWatch || isTrue(query.get('watch'))) return 'watch';
      return name === undefined ? 'list' : 'get';
  }
}

export function isTrue(text: string | null): boolean {
  return text !== null && ['1', 'true', 't', 'True', 'TRUE', ''].includes(text);
}

const maxBody = 3 * 1024 * 1024;

/** The body as JSON; undefined if empty. Throws 400, and 415 for an unknown protobuf message. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw badRequest(`the body is longer than ${maxBody} bytes`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const type = mediaType(request);
  if (type === protobufMediaType && bytes.length > 0) return decodeProtobuf(bytes);
  const text = bytes.toString();
  return text.trim() === '' ? undefined : parseBody(text, /yaml/.test(type));
}

function parseBody(text: string, isYaml: boolean): unknown {
  try {
    return isYaml && !text.trimStart().startsWith('{') ? parseYaml(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`the body cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
}
