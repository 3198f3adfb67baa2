import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorityOf, type Request } from '../request.ts';
import { bootstrap, routeHeader, type Served } from './bootstrap.ts';

/** What a real Envoy did with a request. */
export interface Answer {
  /** Undefined if no route took it. */
  readonly route: string | undefined;
  readonly status: number;
  /** What arrived at the server, if it was asked. */
  readonly path?: string;
  readonly host?: string;
}

/** A real Envoy, and the server that all its clusters are, on sockets in a folder of their own. */
export class Envoy {
  readonly #folder: string;
  readonly #server = createServer((request, response) => {
    response.end(JSON.stringify({ path: request.url, host: request.headers.host }));
  });
  #process: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(program: string, all: readonly Served[]): Promise<Envoy> {
    const envoy = new Envoy(mkdtempSync(join(tmpdir(), 'envoy-')));
    await envoy.#run(program, all);
    return envoy;
  }

  async #run(program: string, all: readonly Served[]): Promise<void> {
    const file = join(this.#folder, 'bootstrap.json');
    writeFileSync(file, JSON.stringify(bootstrap(all, this.#folder)));
    await new Promise<void>((resolve) => this.#server.listen(join(this.#folder, 'server'), resolve));
    const options = ['--concurrency', '1', '--log-level', 'error', '--use-dynamic-base-id'];
    this.#process = spawn(program, ['-c', file, ...options], { stdio: ['ignore', 'inherit', 'inherit'] });
    for (const deadline = Date.now() + 60_000; !(await this.#isReady()); await sleep(50)) {
      if (this.#process.exitCode !== null) throw new Error(`Envoy exited with ${this.#process.exitCode}`);
      if (Date.now() > deadline) throw new Error('Envoy was not ready after 60 s');
    }
  }

  async #isReady(): Promise<boolean> {
    const answer = await this.#send('admin', { path: '/ready' }).catch(() => undefined);
    return answer?.text.startsWith('LIVE') ?? false;
  }

  async ask(name: string, request: Request): Promise<Answer> {
    const { path, method, headers, scheme, protocol } = request;
    const grpc = protocol === 'grpc' ? { 'content-type': 'application/grpc', te: 'trailers' } : {};
    const all = { ...headers, ...grpc, host: authorityOf(request), 'x-forwarded-proto': scheme };
    const { status, header, text } = await this.#send(name, { path, method, headers: all });
    return { status, route: header, ...(text.startsWith('{') && JSON.parse(text)) };
  }

  #send(
    name: string,
    options: object,
  ): Promise<{ readonly status: number; readonly header: string | undefined; readonly text: string }> {
    const socketPath = join(this.#folder, name);
    return new Promise((resolve, reject) => {
      const request = send({ ...options, socketPath, timeout: 10_000 }, async (response) => {
        const chunks = await response.toArray();
        const header = response.headers[routeHeader] as string | undefined;
        resolve({ status: response.statusCode ?? 0, header, text: chunks.join('') });
      });
      request
        .on('error', reject)
        .on('timeout', () => request.destroy(new Error('no answer in 10 s')))
        .end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process?.exitCode === null) {
      this.#process.kill();
      await once(this.#process, 'exit');
    }
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}
