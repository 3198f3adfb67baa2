import { invalidInput } from '../errors.ts';

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * One page of `items`, which must be sorted by `order`. The token names the last returned item, so that additions and
 * removals between two pages neither repeat nor skip other items. It is valid only for the listing that issued it.
 */
export function page<Item extends { readonly order: number }>(
  listing: string,
  items: readonly Item[],
  { MaxResults = 100, NextToken }: PageInput,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const after = NextToken === undefined ? -1 : orderIn(listing, NextToken);
  const rest = items.filter(({ order }) => order > after);
  const shown = rest.slice(0, MaxResults);
  const last = shown.at(-1);
  const isLast = last === undefined || shown.length === rest.length;
  return { items: shown, nextToken: isLast ? undefined : tokenOf(listing, last.order) };
}

function tokenOf(listing: string, order: number): string {
  return Buffer.from(JSON.stringify([listing, order])).toString('base64');
}

function orderIn(listing: string, token: string): number {
  const match = /^\["(.*)",(\d+)\]$/.exec(Buffer.from(token, 'base64').toString());
  if (match?.[1] !== listing) throw invalidInput('The NextToken is not valid for this request');
  return Number(match[2]);
}
