/** The call budget of one operation in one account and Region, shared by all running functions, as of `atMs`. */
export interface Budget {
  /** Tokens a second, now. */
  readonly rate: number;
  /** The rate at which AWS last throttled; near it the rate is increased slowly. */
  readonly knee: number;
  readonly tokens: number;
  readonly atMs: number;
  readonly slowedAtMs: number;
  /** By cluster; only clusters that recently called or waited. */
  readonly lanes: Readonly<Record<string, Lane>>;
}

/** The credit of one cluster, and the time of the turn that its last waiting call was given. */
export interface Lane {
  readonly credit: number;
  readonly turnAtMs: number;
}
