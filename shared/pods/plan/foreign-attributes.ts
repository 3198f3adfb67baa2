import type { AttributeRemoval, Claim } from '../../model/records/registration.ts';
import { fitsCloudMap } from './desired/attributes.ts';
import { sourceAttributes } from './desired/source-attributes.ts';

type Attributes = Readonly<Record<string, string>>;

/** What an update writes, and every key that may be on the instance through us. */
export interface Update {
  readonly attributes: Attributes;
  readonly knownKeys: readonly string[];
}

/**
 * The attributes to register, including those that others added to the instance, because RegisterInstance replaces all.
 * Others' attributes are those whose keys we do not know; Cloud Map's own (`AWS_…`) and those that name the source of a
 * registration do not count. If not all of them fit, ours come first, then theirs by name.
 */
export function withForeign(ours: Attributes, actual: Attributes, knownKeys: readonly string[]): Update {
  const known = new Set(knownKeys);
  let merged = ours;
  for (const key of Object.keys(actual).sort()) {
    const isTheirs = !Object.hasOwn(ours, key) && !known.has(key) && mayBeTheirs(key);
    const value = actual[key];
    if (!isTheirs || value === undefined) continue;
    // A computed key is an own one, whatever its name; assigned, `__proto__` would be none.
    const wider = { ...merged, [key]: value };
    if (fitsCloudMap(wider)) merged = wider;
  }
  return { attributes: merged, knownKeys };
}

/** The keys on the instance that an earlier update of ours removes: it has failed, or somebody added them again. */
export function contestedKeys(
  { attributeKeys = [], removal }: Pick<Claim, 'attributeKeys' | 'removal'>,
  ours: Attributes,
  actual: Attributes,
): readonly string[] {
  const known = new Set([...Object.keys(ours), ...attributeKeys]);
  return remainingKeys(removal, actual).filter((key) => !known.has(key) && mayBeTheirs(key));
}

function mayBeTheirs(key: string): boolean {
  return !key.startsWith('AWS_') && !sourceAttributes.includes(key);
}

export function remainingKeys(removal: AttributeRemoval | undefined, actual: Attributes): readonly string[] {
  return removal?.keys.filter((key) => Object.hasOwn(actual, key)) ?? [];
}

/** What an accepted update removes; undefined if nothing. */
export function removalBy(
  { attributes, knownKeys }: Update,
  operationId: string,
  acceptedAtMs: number,
): AttributeRemoval | undefined {
  const keys = [...new Set(knownKeys)].filter((key) => !Object.hasOwn(attributes, key));
  return keys.length === 0 ? undefined : { keys, operationId, acceptedAtMs };
}

/** The keys that a claim records as ours; for claims of earlier versions, as far as their fingerprint shows. */
export function writtenKeys(claim: {
  readonly attributeKeys?: readonly string[] | undefined;
  readonly fingerprint?: string | undefined;
}): readonly string[] {
  if (claim.attributeKeys !== undefined) return claim.attributeKeys;
  if (!claim.fingerprint?.startsWith('[')) return [];
  return (JSON.parse(claim.fingerprint) as [string, string][]).map(([key]) => key);
}
