/** A message that was sent to a dead-letter queue. */
export interface DeadLetter {
  /** Kind, namespace and name of the object it was about. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
  readonly messageId: string;
  /** Of the change that the message was about. */
  readonly correlationId?: string | undefined;
}
