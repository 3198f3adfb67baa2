import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nodeEnvironment, nodeFlags } from '../../../relay/build.ts';

/** A relay as the image runs it, with a lease. */
export class RelayProcess {
  /** The access key of its requests, by which the bus knows it. */
  readonly name: string;
  readonly child: ChildProcess;
  readonly messages: string[] = [];
  readonly exited: Promise<number | null>;
  port = 0;

  constructor(name: string, bundle: string, args: readonly string[], endpoint: string) {
    this.name = name;
    const env = {
      ...{ PATH: process.env.PATH, ...nodeEnvironment, AWS_REGION: 'us-west-2', AWS_ENDPOINT_URL: endpoint },
      ...{ AWS_ACCESS_KEY_ID: name, AWS_SECRET_ACCESS_KEY: 'test' },
    };
    this.child = spawn(process.execPath, [...nodeFlags, bundle, '--event-bus', 'test', ...args], { env });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const { message, port } = JSON.parse(line);
        this.messages.push(message);
        if (port) this.port = port;
      });
  }

  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`);
    return { status: response.status, text: await response.text() };
  }
}
