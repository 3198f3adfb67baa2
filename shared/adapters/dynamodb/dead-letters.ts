import type { DeadLetter } from '../../model/records/dead-letter.ts';
import type { DeadLetterStore } from '../../ports/explain-ports.ts';
import type { AllDeadLetters } from '../../ports/report-ports.ts';
import type { Item, Table } from './table.ts';

/** As long as the dead-letter queues keep a message. */
const keptSeconds = 14 * 24 * 3600;

type NewNote = Omit<DeadLetter, 'at'> & { readonly cluster: string };

/**
 * Dead-lettered messages: `DEAD#<cluster>` / `<Kind>#<namespace>/<name>#<message id>`. Stored beside the queue because
 * reading a queue has side effects: receiving a message hides it, and with it its whole FIFO group, and counts as an
 * attempt.
 */
export class DeadLetters implements DeadLetterStore, AllDeadLetters {
  private readonly table: Table;
  private readonly now: () => number;

  constructor(table: Table, now: () => number) {
    this.table = table;
    this.now = now;
  }

  /** Records a message once, however often it is dead-lettered. */
  async note({ cluster, kind, namespace, name, messageId, correlationId, reason }: NewNote): Promise<void> {
    const nowMs = this.now();
    await this.table.put({
      pk: partitionOf(cluster),
      sk: `${kind}#${namespace}/${name}#${messageId}`,
      ...{ kind, namespace, name },
      messageId,
      ...(correlationId && { correlationId }),
      reason: reason.slice(0, 4096),
      at: new Date(nowMs).toISOString(),
      expiresAt: Math.floor(nowMs / 1000) + keptSeconds,
    });
  }

  /** Records of the objects of this kind with that name, or of the whole namespace without a name; oldest first. */
  async of(cluster: string, kind: string, namespace: string, name?: string): Promise<readonly DeadLetter[]> {
    const prefix = name === undefined ? `${kind}#${namespace}/` : `${kind}#${namespace}/${name}#`;
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    return this.inRange(cluster, prefix, end);
  }

  ofCluster(cluster: string): Promise<readonly DeadLetter[]> {
    return this.inRange(cluster, '', null);
  }

  private async inRange(cluster: string, from: string, to: string | null): Promise<readonly DeadLetter[]> {
    const found: DeadLetter[] = [];
    for await (const item of this.table.query(partitionOf(cluster), from, to))
      if ((item.expiresAt as number) * 1000 > this.now()) found.push(deadLetterOf(item));
    return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }
}

function partitionOf(cluster: string): string {
  return `DEAD#${cluster}`;
}

function deadLetterOf(item: Item): DeadLetter {
  return {
    kind: item.kind as string,
    namespace: item.namespace as string,
    name: item.name as string,
    reason: item.reason as string,
    at: item.at as string,
    messageId: item.messageId as string,
    ...(item.correlationId !== undefined && { correlationId: item.correlationId as string }),
  };
}
