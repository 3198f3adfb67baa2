import type { Entry } from '../../../plan/entry.ts';

/** The oldest first. */
export function byAge(a: Entry, b: Entry): number {
  const age = ({ createdAt, id }: Entry) => `${createdAt} ${id.namespace}/${id.name}`;
  return age(a) < age(b) ? -1 : 1;
}
