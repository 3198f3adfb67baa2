import { listOf } from './list-of.ts';

/**
 * Reserved concurrency by function, from `sync-pods=20,sweep=2`. Throws an error that names the parameter and the function.
 * `least` has what the queue of a function invokes at a time: less would only throttle it.
 */
export function reservedConcurrencyOf(
  text: string,
  functions: readonly string[],
  least: Readonly<Record<string, number | undefined>>,
): ReadonlyMap<string, number> {
  const name = 'reservedConcurrency';
  const members = listOf(name, text, /^[a-z-]+=[0-9]{1,5}$/, {
    example: 'sync-pods=20',
    most: functions.length,
  });
  const reserved = new Map<string, number>();
  for (const member of members) {
    const [id = '', digits] = member.split('=');
    const number = Number(digits);
    if (!functions.includes(id))
      throw new Error(`${name} names ${JSON.stringify(id)}; expected one of ${functions.join(', ')}`);
    if (reserved.has(id)) throw new Error(`${name} names ${id} twice`);
    const min = least[id] ?? 1;
    if (number < min)
      throw new Error(
        `${name} of ${id} is ${number}; expected at least ${min}${least[id] === undefined ? '' : ', which its queue invokes at a time'}`,
      );
    reserved.set(id, number);
  }
  return reserved;
}
