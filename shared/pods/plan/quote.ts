/** Of what a text quotes: an author of an object may write as much as an object may have. */
const maxQuoted = 100;
const maxListed = 20;

/** Quotes no more than the beginning of what is long. */
export function shortened(text: string, max = maxQuoted): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** The first of a list, and how many more there are: `a, b, and 3 more`. */
export function firstOf(items: readonly string[], max = maxListed): string {
  const more = items.length - max;
  return [...items.slice(0, max), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
