/** Maximum length of a quote: an object's author may write as much as an object can hold. */
const maxQuoted = 100;

/**
 * A text of at most `max` UTF-16 code units, with `…` at its end if it was cut. No character is cut in two: an API server
 * would store another one instead.
 */
export function shortened(text: string, max = maxQuoted): string {
  return text.length > max ? `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
