/**
 * The client gets no answer: the connection breaks. Whether the call took effect is the point of the fault, and the
 * client cannot know it.
 */
export class LostAnswerError extends Error {
  override readonly name = 'LostAnswerError';
  readonly applied: boolean;

  constructor(operation: string, applied: boolean) {
    super(`the connection broke ${applied ? 'after' : 'before'} ${operation} took effect`);
    this.applied = applied;
  }
}
