/**
 * A text for a terminal: control characters, which can move the cursor, rewrite what is above or set the window's title, and those
 * that reverse the direction of a text, are shown by their code. Names, labels, attributes and messages are written by others.
 */
export function printable(text: string): string {
  return text.replace(
    /(?![\t\n])\p{Cc}|[\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** The same in one line, so that nobody can write a line that seems to be ours. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\r?\n/g, '; '));
}

/** `1 instance`, `2 instances`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
