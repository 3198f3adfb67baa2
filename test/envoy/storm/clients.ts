import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What clients with connections that they keep have seen. */
export interface Seen {
  readonly answers: Map<string, number>;
  /** Answers other than 200, and requests without one. */
  readonly failures: string[];
  readonly connections: Set<Socket>;
}

export interface Clients {
  readonly seen: Seen;
  /** Resolves when each has the answer, or the failure, of a request that it sent after this call. */
  eachAnswered(): Promise<void>;
  /** Resolves when each has the answer to its last request. */
  stop(): Promise<void>;
}

export interface Target {
  readonly address: string;
  readonly port: number;
  readonly host: string;
}

/** Clients that send one request after the other, each on a connection of its own. */
export function startClients(count: number, target: Target): Clients {
  const seen: Seen = { answers: new Map(), failures: [], connections: new Set() };
  const stopped = new AbortController();
  const rounds = Array.from({ length: count }, () => ({ begun: 0, done: 0 }));
  const all = rounds.map((round) => client(target, seen, round, stopped.signal));
  return {
    seen,
    eachAnswered: async () => {
      const before = rounds.map(({ begun }) => begun);
      while (rounds.some(({ done }, index) => done <= (before[index] ?? 0))) await sleep(1);
    },
    stop: async () => {
      stopped.abort();
      await Promise.all(all);
    },
  };
}

/** The requests of a client so far. */
interface Round {
  begun: number;
  done: number;
}

async function client(target: Target, seen: Seen, round: Round, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!signal.aborted) {
    round.begun++;
    await send(target, agent, seen);
    round.done++;
    await sleep(5);
  }
  agent.destroy();
}

function send({ address, port, host }: Target, agent: Agent, seen: Seen): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(
      { host: address, port, agent, path: '/', headers: { host }, timeout: 5000 },
      async (response) => {
        const body = Buffer.concat(await response.toArray().catch(() => [])).toString();
        seen.answers.set(body, (seen.answers.get(body) ?? 0) + 1);
        if (response.statusCode !== 200) seen.failures.push(`${response.statusCode} ${body}`);
        resolve();
      },
    );
    sent.on('socket', (socket) => seen.connections.add(socket));
    sent.on('timeout', () => sent.destroy(new Error('no answer in 5 s')));
    sent.on('error', (error) => {
      seen.failures.push(error.message);
      resolve();
    });
    sent.end();
  });
}
