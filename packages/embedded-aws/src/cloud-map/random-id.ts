const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** `length` characters of the alphabet of AWS's ids. */
export function randomId(random: () => number, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}
