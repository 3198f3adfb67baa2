import { badRequest } from '../errors.ts';

interface PageInput {
  readonly limit: number | undefined;
  readonly nextToken: string | undefined;
}

/**
 * One page of `items`, which must be sorted by `order`. The token names the last returned item, so that additions and
 * removals between two pages neither repeat nor skip other items. It is valid only for the listing that issued it.
 */
export function page<Item extends { readonly order: number }>(
  listing: string,
  items: readonly Item[],
  { limit = 100, nextToken }: PageInput,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const after = nextToken === undefined ? -1 : orderIn(listing, nextToken);
  const rest = items.filter(({ order }) => order > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const isLast = last === undefined || shown.length === rest.length;
  return { items: shown, nextToken: isLast ? undefined : tokenOf(listing, last.order) };
}

function tokenOf(listing: string, order: number): string {
  return Buffer.from(JSON.stringify({ listing, order })).toString('base64url');
}

function orderIn(listing: string, token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const order = /"order":(\d+)}$/.exec(text)?.[1];
  if (order !== undefined && text === JSON.stringify({ listing, order: Number(order) })) return Number(order);
  throw badRequest('nextToken: is not valid for this request');
}
