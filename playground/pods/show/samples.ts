import { request as send } from 'node:http';
import type { Command } from './commands.ts';

/** What a command answers. */
export interface Sample {
  readonly status: number;
  readonly body: string;
}

const timeoutMs = 5_000;

export function sample({ address, port, path, host, headers }: Command): Promise<Sample> {
  const name = port === 80 ? host : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const request = send(
      { host: address, port, path, headers: { ...headers, host: name }, timeout: timeoutMs, agent: false },
      async (response) => {
        const body = (await response.toArray().catch(() => [])).join('');
        resolve({ status: response.statusCode ?? 0, body });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    request.on('error', reject).end();
  });
}

/** Sends a request several times, one after another. Answers by how often they came: `11 × blue`. */
export async function countAnswers(command: Command, times: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let count = 0; count < times; count += 1) {
    const text = await sample(command).then(answerText, (error: unknown) => String(error));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)));
}

function answerText({ status, body }: Sample): string {
  const text = body.trim().replaceAll(/\s*\n\s*/g, ' ');
  const short = text.length > 120 ? `${text.slice(0, 117)}…` : text;
  return status === 200 ? short : `${status} ${short}`.trim();
}
