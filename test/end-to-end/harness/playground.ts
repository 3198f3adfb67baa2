import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  DeregisterInstanceCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { type CloudMapView, cloudMapView, type Question } from '../../../playground/cloud-map-view.ts';
import { embeddedIdentity } from '../../../playground/identity.ts';

const { region, ...credentials } = embeddedIdentity;
const program = new URL('../../../playground/main.ts', import.meta.url).pathname;

/** A test that fails must not leave a process behind, which would keep the test runner up too. */
const children = new Set<ChildProcess>();
export function killPlaygrounds(): void {
  for (const child of children) child.kill();
}

export interface RunningPlayground {
  readonly aws: string;
  readonly kubernetes: string;
  readonly cloudMap: CloudMapView;
  /** As somebody does by hand, behind the system's back. */
  deregister(question: Question, instanceId: string): Promise<void>;
  readonly child: ChildProcess;
  /** All it has printed up to now. */
  output(): string;
  /** Stops it like Ctrl-C; returns the exit status. */
  interrupt(): Promise<number | null>;
}

/** `npm start` on free ports, until it is ready. */
export async function startPlaygroundProcess(...args: string[]): Promise<RunningPlayground> {
  const ports = ['--aws-port', '0', '--kubernetes-port', '0', '--page-port', '0'];
  const child = spawn(process.execPath, [program, ...ports, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('Running. Press Ctrl-C to stop.')) resolve();
    });
    child.once('exit', (status) => reject(new Error(`it ended with ${status}:\n${lines.join('\n')}`)));
  });
  const output = () => lines.join('\n');
  const aws = urlIn(output(), 'embedded AWS at');
  return {
    aws,
    kubernetes: urlIn(output(), 'embedded Kubernetes at'),
    cloudMap: cloudMapView(aws, embeddedIdentity),
    child,
    deregister: (question, instanceId) => deregister(aws, question, instanceId),
    output,
    interrupt: () => interrupt(child),
  };
}

async function deregister(endpoint: string, { service }: Question, InstanceId: string): Promise<void> {
  const client = new ServiceDiscoveryClient({ endpoint, region, credentials });
  const { Services = [] } = await client.send(new ListServicesCommand({}));
  const ServiceId = Services.find(({ Name }) => Name === service)?.Id;
  await client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId }));
}

async function interrupt(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGINT');
  const [status] = await once(child, 'exit');
  return status;
}

function urlIn(output: string, label: string): string {
  const url = new RegExp(`${label} (http://[\\d.:]+)`).exec(output)?.[1];
  if (url === undefined) throw new Error(`"${label}" is not in the output:\n${output}`);
  return url;
}

/** Whether a line says what happens: some of it comes after the next steps, such as conditions of virtual nodes. */
export function isProgress(line: string): boolean {
  return /^ +\d+\.\d s {2}/.test(line);
}
