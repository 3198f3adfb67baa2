const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** `length` characters as AWS's ids are made of. */
export function randomId(random: () => number, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}
