const maxListed = 20;

/** The first items of a list, and the number of others: `a, b, and 3 more`. */
export function firstOf(items: readonly string[], max = maxListed): string {
  const more = items.length - max;
  return [...items.slice(0, max), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
