/** A mistake in the arguments; exit status 2. */
export class UsageError extends Error {}

/** No answer could be had; the message says why and what to do. Exit status 1. */
export class NoAnswerError extends Error {}

/** What `parseArgs` refuses is a mistake in the arguments, in its words. */
export function asUsageError<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
