import { fitsCloudMap } from './attributes.ts';

type Attributes = Readonly<Record<string, string>>;

/**
 * The attributes to register, including those that others added to the instance, because RegisterInstance replaces all.
 * Others' attributes are those that we never wrote; Cloud Map's own (`AWS_…`) do not count. If not all of them fit,
 * ours come first, then theirs by name.
 */
export function withForeign(ours: Attributes, actual: Attributes, written: readonly string[]): Attributes {
  const known = new Set(written);
  const merged: Record<string, string> = { ...ours };
  for (const key of Object.keys(actual).sort()) {
    const isTheirs = !(key in ours) && !known.has(key) && !key.startsWith('AWS_');
    const value = actual[key];
    if (isTheirs && value !== undefined && fitsCloudMap({ ...merged, [key]: value })) merged[key] = value;
  }
  return merged;
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
