/** An IntOrString as a number; a percentage of `of`, rounded. */
export function absolute(value: unknown, of: number, round: (number: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseFloat(String(value ?? '0')) * of) / 100);
}
