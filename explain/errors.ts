/** A mistake in the arguments; exit status 2. */
export class UsageError extends Error {}

/** No answer could be had; the message says why and what to do. Exit status 1. */
export class NoAnswerError extends Error {}
