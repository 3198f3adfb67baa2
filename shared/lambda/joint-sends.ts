import type { OutgoingMessage } from '../adapters/aws/sqs/queue.ts';

interface OpenRequest {
  readonly messages: OutgoingMessage[];
  readonly sent: Promise<void>;
}

/**
 * Sends messages with one request at a time: what is to be sent while one runs is sent together. In a rollout, most pods
 * of a batch are deferred at the same time. Their messages are then also received together later, not each by an
 * invocation of its own.
 */
export class JointSends {
  private readonly queue: { send(messages: readonly OutgoingMessage[]): Promise<void> };
  private running: Promise<unknown> = Promise.resolve();
  private open: OpenRequest | undefined;

  constructor(queue: { send(messages: readonly OutgoingMessage[]): Promise<void> }) {
    this.queue = queue;
  }

  /** Resolves once the message was accepted. Rejects if its request failed. */
  send(message: OutgoingMessage): Promise<void> {
    this.open ??= this.next();
    this.open.messages.push(message);
    return this.open.sent;
  }

  private next(): OpenRequest {
    const messages: OutgoingMessage[] = [];
    const sent = this.running.then(() => {
      this.open = undefined;
      return this.queue.send(messages);
    });
    this.running = sent.catch(() => undefined);
    return { messages, sent };
  }
}
