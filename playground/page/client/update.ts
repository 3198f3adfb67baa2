import type { Fragment } from '../../../shared/report/client/fragment.ts';

/** What the server sends: the parts of the page that differ from the last update, and when they were read. */
export interface Update {
  readonly readAt: string;
  readonly sentence: string;
  readonly fragments: readonly Fragment[];
}
