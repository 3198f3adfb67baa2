/** What all running functions together may call of one operation, in one account and Region, as of `atMs`. */
export interface Budget {
  /** Tokens a second, now. */
  readonly rate: number;
  /** The rate at which AWS throttled last; near it the rate is raised slowly. */
  readonly knee: number;
  readonly tokens: number;
  readonly atMs: number;
  readonly slowedAtMs: number;
  /** By cluster: those that called or waited lately. */
  readonly lanes: Readonly<Record<string, Lane>>;
}

/** What one cluster may count on, and when its last waiting call was told to come again. */
export interface Lane {
  readonly credit: number;
  readonly turnAtMs: number;
}
