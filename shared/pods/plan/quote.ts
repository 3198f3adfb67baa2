/** Maximum length of a quote: an object's author may write as much as an object can hold. */
const maxQuoted = 100;
const maxListed = 20;

/** Quotes only the beginning of a long text. */
export function shortened(text: string, max = maxQuoted): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** The first items of a list, and the number of others: `a, b, and 3 more`. */
export function firstOf(items: readonly string[], max = maxListed): string {
  const more = items.length - max;
  return [...items.slice(0, max), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
