import { appendFileSync } from 'node:fs';

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}
interface Task {
  readonly name: string;
  readonly fail?: number;
  readonly answer?: unknown;
  readonly sleepMs?: number;
}

/**
 * A function on a queue, for tests. Writes what it gets to the file that the variable JOURNAL names, and does as a
 * message asks: `fail` so many times, give `answer` as its response, or sleep.
 */
export async function handler(event: { readonly Records: readonly SqsRecord[] }): Promise<unknown> {
  const failures: { itemIdentifier: string }[] = [];
  let answer: unknown;
  journal({ event });
  for (const record of event.Records) {
    const task = taskOf(record);
    if (task.sleepMs !== undefined) await new Promise((resolve) => setTimeout(resolve, task.sleepMs));
    if (Number(record.attributes.ApproximateReceiveCount) <= (task.fail ?? 0))
      failures.push({ itemIdentifier: record.messageId });
    if (task.answer === 'throw' && record.attributes.ApproximateReceiveCount === '1')
      throw new Error('as asked');
    if (task.answer !== undefined && record.attributes.ApproximateReceiveCount === '1') answer = task.answer;
  }
  journal({ done: event.Records.map((record) => taskOf(record).name) });
  return answer ?? { batchItemFailures: failures };
}

/** Over the bus it comes with its source. */
function taskOf({ body }: SqsRecord): Task {
  const message = JSON.parse(body) as Task & { readonly detail?: Task };
  return message.detail ?? message;
}

function journal(entry: unknown): void {
  appendFileSync(process.env.JOURNAL ?? '', `${JSON.stringify(entry)}\n`);
}
