import { fitsCloudMap } from './attributes.ts';

type Attributes = Readonly<Record<string, string>>;

/**
 * What is registered, together with the attributes that others added to the instance: RegisterInstance replaces them all.
 * Theirs are those that we never wrote; Cloud Map's own (`AWS_…`) are nobody's. Where there is no room for all of them,
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

/** The keys that a claim says we wrote; of claims of earlier versions, as far as their fingerprint tells. */
export function writtenKeys(claim: {
  readonly attributeKeys?: readonly string[] | undefined;
  readonly fingerprint?: string | undefined;
}): readonly string[] {
  if (claim.attributeKeys !== undefined) return claim.attributeKeys;
  if (!claim.fingerprint?.startsWith('[')) return [];
  return (JSON.parse(claim.fingerprint) as [string, string][]).map(([key]) => key);
}
