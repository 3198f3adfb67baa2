/** The text as a regular expression that matches only it. */
export function quoted(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** Why Istio would refuse a regular expression: it must be in the dialect RE2, of at most 1024 characters, and not `*`. */
export function regexFault(regex: string): string | undefined {
  if (new TextEncoder().encode(regex).length > 1024)
    return 'is longer than 1024 characters, the limit of Istio';
  // RE2's own syntax as JavaScript's, as far as the check needs it.
  const plain = regex
    .replace(/\\\\|\\Q(.*?)(?:\\E|$)/gs, (_, literal = 'a') => quoted(literal))
    .replace(/\\z/g, '')
    .replace(/\[:\^?\w+:\]/g, 'a')
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?[imsU-]+\)/g, '')
    .replace(/\(\?[imsU-]+:/g, '(?:');
  if (/\(\?<?[=!]|\\[1-9]|\\k</.test(plain))
    return 'has what RE2 does not know: assertions or back-references';
  try {
    new RegExp(plain);
    return undefined;
  } catch {
    return 'is not valid';
  }
}

/** A regular expression for the whole numbers from `start` up to, but not including, `end`. */
export function rangeRegex(start: number, end: number): string {
  const last = end - 1;
  const parts = [
    ...(start < 0 ? [`-0*(${between(Math.max(1, -last), -start)})`] : []),
    ...(start <= 0 && last >= 0 ? ['[+-]?0+'] : []),
    ...(last > 0 ? [`\\+?0*(${between(Math.max(1, start), last)})`] : []),
  ];
  return parts.join('|');
}

/** Numbers without leading zeros, 0 < low <= high: one alternative for each stretch whose last digits are free. */
function between(low: number, high: number): string {
  const alternatives: string[] = [];
  for (let from = low; from <= high; ) {
    const to = stretchEnd(from, high);
    alternatives.push(stretch(String(from), String(to)));
    from = to + 1;
  }
  return alternatives.join('|');
}

/** The end of the longest stretch from a number on in which, after equal digits, one digit has a range and the rest is free. */
function stretchEnd(from: number, high: number): number {
  let unit = 1;
  while (from % (unit * 10) === 0 && from + unit * 10 - 1 <= high) unit *= 10;
  const digit = Math.floor(from / unit) % 10;
  let steps = 9 - digit;
  while (from + (steps + 1) * unit - 1 > high) steps--;
  return from + (steps + 1) * unit - 1;
}

function stretch(from: string, to: string): string {
  return [...from]
    .map((digit, index) =>
      digit === to[index] ? digit : digit === '0' && to[index] === '9' ? '\\d' : `[${digit}-${to[index]}]`,
    )
    .join('');
}
