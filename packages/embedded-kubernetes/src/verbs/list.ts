import { type Kind, resourceOf } from '../kinds/kind.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { ApiError, badRequest, expired, forbiddenField, invalid } from '../model/status.ts';
import { indexOf, keysOfNamespace, type Snapshot } from '../storage/store.ts';
import type { ApiContext } from './api-context.ts';
import { type Predicate, predicateOf, type Selection } from './selection.ts';
import { inVersion } from './update.ts';

export interface ListOptions extends Selection {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

export interface Listing {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  /** The token of the next page. */
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The start of a page. Revision -1 continues with the current state, after its own revision is compacted. */
interface Token {
  readonly revision: number;
  readonly start: string;
}

/**
 * One page of a listing. All pages of a listing have the same revision, which is in the continue token. Throws 410 if
 * that, or an exactly requested resourceVersion, is compacted, and 504 for a future one.
 */
export function list(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  options: ListOptions,
): Listing {
  checkOptions(options);
  const matches = predicateOf(kind, options);
  const token = options.continue ? decodeToken(options.continue) : undefined;
  const snapshot = snapshotFor(context, kind, options, token);
  const keys = namespace === undefined ? snapshot.keys : keysOfNamespace(snapshot.keys, namespace);
  const from = token ? indexOf(keys, token.start) : 0;
  // The watch cache, which serves resourceVersion 0, has no paging.
  const limit = options.resourceVersion === '0' ? 0 : (options.limit ?? 0);
  const page = takePage(snapshot, keys, from, limit, matches);
  const resourceVersion = String(snapshot.revision);
  const items = page.items.map((object) => inVersion(object, kind));
  const next = keys[page.end];
  if (next === undefined) return { items, resourceVersion };
  const rest = {
    items,
    resourceVersion,
    continue: encodeToken({ revision: snapshot.revision, start: next }),
  };
  return matches ? rest : { ...rest, remainingItemCount: keys.length - page.end };
}

function takePage(
  snapshot: Snapshot,
  keys: readonly string[],
  from: number,
  limit: number,
  matches: Predicate | undefined,
): { items: KubernetesObject[]; end: number } {
  const items: KubernetesObject[] = [];
  let end = from;
  for (; end < keys.length; end += 1) {
    const object = snapshot.get(keys[end] ?? '');
    if (!object || (matches && !matches(object))) continue;
    if (limit > 0 && items.length === limit) break;
    items.push(object);
  }
  return { items, end };
}

function checkOptions(options: ListOptions): void {
  const { resourceVersion = '', resourceVersionMatch = '', continue: token = '' } = options;
  const faults = [
    resourceVersionMatch !== '' &&
      resourceVersion === '' &&
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    resourceVersionMatch !== '' &&
      token !== '' &&
      forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'),
    resourceVersionMatch === 'Exact' &&
      resourceVersion === '0' &&
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ),
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', faults);
  if (token !== '' && resourceVersion !== '' && resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
}

function snapshotFor(
  context: ApiContext,
  kind: Kind,
  options: ListOptions,
  token: Token | undefined,
): Snapshot {
  const { store } = context;
  const resource = resourceOf(kind);
  const at = (revision: number) => store.snapshot(resource, revision);
  const current = () => at(store.revision) ?? { revision: store.revision, keys: [], get: () => undefined };
  if (token) {
    if (token.revision < 0) return current();
    const snapshot = token.revision > store.revision ? undefined : at(token.revision);
    if (!snapshot) throw expired(continueExpired, encodeToken({ revision: -1, start: token.start }));
    return snapshot;
  }
  const wanted = parseRevision(options.resourceVersion);
  if (wanted > store.revision) throw tooLarge(wanted, store.revision);
  if (wanted === 0 || !isExact(options)) return current();
  const snapshot = at(wanted);
  if (!snapshot) throw expired(`The resourceVersion for the provided list is too old.`);
  return snapshot;
}

/** Without resourceVersionMatch, a paged listing is at exactly the resourceVersion, any other one not older. */
function isExact({ resourceVersionMatch, limit = 0 }: ListOptions): boolean {
  return resourceVersionMatch === 'Exact' || (!resourceVersionMatch && limit > 0);
}

const continueExpired =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** The number in a resourceVersion of a request; 0 for none. Throws 400. */
export function parseRevision(resourceVersion = ''): number {
  if (resourceVersion === '') return 0;
  if (!/^\d+$/.test(resourceVersion))
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      {
        field: 'resourceVersion',
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(resourceVersion)}: must be an unsigned integer`,
      },
    ]);
  return Number(resourceVersion);
}

function tooLarge(wanted: number, current: number): ApiError {
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  return new ApiError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function encodeToken(token: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url');
}

function decodeToken(text: string): Token {
  let token: Partial<Token> | null;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Token> | null;
  } catch (error) {
    throw badRequest(`continue key is not valid: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof token?.revision !== 'number' || typeof token.start !== 'string')
    throw badRequest('continue key is not valid: expected a token that a listing gave');
  return { revision: token.revision, start: token.start };
}
