/** A mistake of the user; the message is printed without a stack trace. */
export class UsageError extends Error {}
