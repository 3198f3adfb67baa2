/**
 * The client gets no response because the connection breaks. `applied` says whether the call took effect, which the
 * client cannot know.
 */
export class LostAnswerError extends Error {
  override readonly name = 'LostAnswerError';
  readonly applied: boolean;

  constructor(operation: string, applied: boolean) {
    super(`the connection broke ${applied ? 'after' : 'before'} ${operation} took effect`);
    this.applied = applied;
  }
}
