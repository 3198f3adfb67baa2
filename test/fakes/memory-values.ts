import type { PodKey } from '../../shared/model/identity.ts';

/** What is stored or answered is a copy, as over a wire. */
export const copy = <T>(value: T): T => structuredClone(value);
export const text = (value: unknown): string => JSON.stringify(value);
export const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export function between(key: string, from: string, to: string | null): boolean {
  return bytewise(key, from) >= 0 && (to === null || bytewise(key, to) < 0);
}

export function keyOf({ cluster, namespace, name }: PodKey): PodKey {
  return { cluster, namespace, name };
}
