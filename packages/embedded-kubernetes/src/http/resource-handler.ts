import type { IncomingMessage } from 'node:http';
import type { Kind } from '../kinds/kind.ts';
import { at, isObject } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import { badRequest, methodNotAllowed, pathNotFound, unsupportedMediaType } from '../model/status.ts';
import type { ApiContext, WriteOptions, Written } from '../verbs/api-context.ts';
import { create } from '../verbs/create.ts';
import { type DeleteOptions, remove } from '../verbs/delete.ts';
import { list } from '../verbs/list.ts';
import { apply, type PatchType, patch, patchTypes } from '../verbs/patch.ts';
import { patchScale, scaleOf, updateScale } from '../verbs/scale.ts';
import { get, update } from '../verbs/update.ts';
import type { Answer } from './answer.ts';
import { containerRefusal } from './containers.ts';
import { type Presentation, presentList, presentObject } from './representation.ts';
import { isTrue, mediaType, type ResourceRequest } from './request.ts';
import { tokenAnswer } from './reviews.ts';

interface Call {
  readonly context: ApiContext;
  readonly kind: Kind;
  readonly request: ResourceRequest;
  readonly presentation: Presentation;
  readonly body: unknown;
  readonly patchType: PatchType | undefined;
}

/** Handles all verbs except watch. Throws the API's errors. */
export function handleResource(
  context: ApiContext,
  kind: Kind,
  request: ResourceRequest,
  raw: IncomingMessage,
  body: unknown,
  presentation: Presentation,
): Answer {
  const patchType = request.verb === 'patch' ? patchTypeOf(raw) : undefined;
  const call: Call = { context, kind, request, presentation, body, patchType };
  const { subresource } = request;
  if (subresource === undefined) return handleObject(call);
  if (!(kind.subresources as readonly string[]).includes(subresource)) throw pathNotFound();
  if (ofStatus.includes(subresource)) return handleObject(call);
  return handleSubresource(call, subresource);
}

/** Subresources that are written like the object, but change only its status. */
const ofStatus = ['status', 'approval'];

function handleSubresource(call: Call, subresource: string): Answer {
  const { context, kind, request, body } = call;
  if (subresource === 'scale') return handleScale(call);
  if (subresource === 'eviction') return evict(call);
  const object = get(context, kind, request.namespace, nameOf(request));
  const refusal = kind.kind === 'Pod' ? containerRefusal(object, subresource, request.query) : undefined;
  if (refusal) throw refusal;
  if (subresource === 'token') {
    const { name, namespace = '', uid } = object.metadata;
    return tokenAnswer(namespace, name, uid, body, Date.now());
  }
  return written(call, update(context, kind, request.namespace, nameOf(request), body, writeOptions(call)));
}

function handleObject(call: Call): Answer {
  const { context, kind, request, presentation, body } = call;
  const { namespace, query } = request;
  switch (request.verb) {
    case 'get':
      return {
        code: 200,
        body: presentObject(kind, get(context, kind, namespace, nameOf(request)), presentation),
      };
    case 'list':
      return {
        code: 200,
        body: presentList(kind, list(context, kind, namespace, listOptions(query)), presentation),
      };
    case 'create':
      if (request.name !== undefined || (kind.namespaced && namespace === undefined))
        throw methodNotAllowed();
      return written(call, create(context, kind, namespace, body, writeOptions(call)));
    case 'update':
      return written(call, update(context, kind, namespace, nameOf(request), body, writeOptions(call)));
    case 'patch':
      return written(call, patched(call));
    case 'delete':
      return deleted(call, nameOf(request));
    case 'deletecollection':
      return deletedAll(call);
    default:
      throw methodNotAllowed();
  }
}

function nameOf({ name }: ResourceRequest): string {
  if (name === undefined) throw methodNotAllowed();
  return name;
}

function written({ kind, presentation }: Call, { object, warnings, isCreated }: Written): Answer {
  return { code: isCreated ? 201 : 200, body: presentObject(kind, object, presentation), warnings };
}

function patched(call: Call): Written {
  const { context, kind, request, body, patchType } = call;
  const name = nameOf(request);
  const options = writeOptions(call);
  if (patchType === undefined) throw unsupportedMediaType(Object.values(patchTypes));
  if (patchType !== 'apply') return patch(context, kind, request.namespace, name, patchType, body, options);
  if (!request.query.has('fieldManager')) throw badRequest('fieldManager is required for apply patch');
  const force = isTrue(request.query.get('force'));
  return apply(context, kind, request.namespace, name, body, { ...options, force });
}

function patchTypeOf(raw: IncomingMessage): PatchType | undefined {
  const type = mediaType(raw);
  const found = Object.entries(patchTypes).find(([, media]) => media === type);
  return found?.[0] as PatchType | undefined;
}

function handleScale(call: Call): Answer {
  const { context, kind, request, body, patchType } = call;
  const { namespace, verb } = request;
  const name = nameOf(request);
  if (verb === 'get') return { code: 200, body: scaleOf(get(context, kind, namespace, name)) };
  if (verb === 'update')
    return { code: 200, body: updateScale(context, kind, namespace, name, body, writeOptions(call)) };
  if (verb !== 'patch' || patchType === undefined) throw methodNotAllowed();
  return { code: 200, body: patchScale(context, kind, namespace, name, patchType, body, writeOptions(call)) };
}

function evict({ context, kind, request, body }: Call): Answer {
  if (request.verb !== 'create') throw methodNotAllowed();
  const options = at(body, 'deleteOptions');
  remove(context, kind, request.namespace, nameOf(request), isObject(options) ? options : {});
  return {
    code: 201,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  };
}

function deleted(call: Call, name: string): Answer {
  const { context, kind, request, presentation } = call;
  const { object, isGone } = remove(context, kind, request.namespace, name, deleteOptions(call));
  if (!isGone || kind.kind === 'Pod') return { code: 200, body: presentObject(kind, object, presentation) };
  return { code: 200, body: successStatus(kind, object) };
}

function successStatus(kind: Kind, { metadata }: KubernetesObject): JsonObject {
  const details = {
    name: metadata.name,
    ...(kind.group !== '' && { group: kind.group }),
    kind: kind.plural,
    uid: metadata.uid,
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function deletedAll(call: Call): Answer {
  const { context, kind, request, presentation } = call;
  const { limit: _, ...selection } = listOptions(request.query);
  const listing = list(context, kind, request.namespace, selection);
  for (const { metadata } of listing.items)
    remove(context, kind, metadata.namespace, metadata.name, deleteOptions(call));
  return { code: 200, body: presentList(kind, listing, presentation) };
}

/** Options from the body, or from the query if there is no body. */
function deleteOptions({ body, request }: Call): DeleteOptions {
  const { query } = request;
  const sent = (isObject(body) ? body : {}) as DeleteOptions & { dryRun?: unknown };
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy') as DeleteOptions['propagationPolicy'] | null;
  const isDryRun =
    query.get('dryRun') === 'All' || (Array.isArray(sent.dryRun) && sent.dryRun.includes('All'));
  return {
    gracePeriodSeconds: sent.gracePeriodSeconds ?? (grace === null ? undefined : Number(grace)),
    propagationPolicy: sent.propagationPolicy ?? policy ?? undefined,
    preconditions: sent.preconditions,
    dryRun: isDryRun,
  };
}

function listOptions(query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`limit must be a number, not ${query.get('limit')}`);
  return {
    limit,
    continue: query.get('continue') ?? undefined,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
  };
}

function writeOptions({ request }: Call): WriteOptions {
  const { query, userAgent, subresource } = request;
  const fieldValidation = query.get('fieldValidation') ?? 'Warn';
  if (!['Ignore', 'Warn', 'Strict'].includes(fieldValidation))
    throw badRequest(`fieldValidation must be Ignore, Warn or Strict, not ${fieldValidation}`);
  return {
    // The default manager is the product name in User-Agent.
    manager: query.get('fieldManager') ?? (userAgent.split('/')[0] || 'unknown'),
    dryRun: query.get('dryRun') === 'All',
    fieldValidation: fieldValidation as 'Ignore' | 'Warn' | 'Strict',
    ...(ofStatus.includes(subresource ?? '') && { subresource: 'status' }),
  };
}
