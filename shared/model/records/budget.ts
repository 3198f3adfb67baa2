/** The call budget of one operation in one account and Region, shared by all running functions, as of `atMs`. */
export interface Budget {
  /** Tokens a second, now. */
  readonly rate: number;
  /** The rate at which AWS last throttled; near it the rate is increased slowly. */
  readonly knee: number;
  readonly tokens: number;
  readonly atMs: number;
  readonly slowedAtMs: number;
  /** Tokens granted beyond what was needed; absent as long as there were none. */
  readonly extra?: ExtraTokens | undefined;
  /** By cluster; only clusters that recently called or waited. */
  readonly lanes: Readonly<Record<string, Lane>>;
}

/** Tokens that may still be unused: those granted since a time, and those of the interval before it. */
export interface ExtraTokens {
  /** Epoch milliseconds. */
  readonly sinceMs: number;
  readonly tokens: number;
  readonly before: number;
}

/** The credit of one cluster, and the time of the turn that its last waiting call was given. */
export interface Lane {
  readonly credit: number;
  readonly turnAtMs: number;
}
