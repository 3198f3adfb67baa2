import { spawn } from 'node:child_process';

export interface Ran {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a command of the project and shows what it prints. `interruptAt`: SIGINT as soon as it has printed this. */
async function runCommand(
  command: readonly string[],
  {
    interruptAt,
    signal = 'SIGINT',
    cwd,
  }: { interruptAt?: string; signal?: 'SIGINT' | 'SIGKILL'; cwd?: string } = {},
): Promise<Ran> {
  const [name = '', ...args] = command;
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd });
  let text = '';
  let isInterrupted = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      text += data;
      if (interruptAt === undefined || isInterrupted || !text.includes(interruptAt)) return;
      isInterrupted = true;
      child.kill(signal);
    });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  console.log(text.trimEnd().replace(/^/gm, '    '));
  return { status, text };
}

const node = process.execPath;
const sls = 'node_modules/.bin/sls';

/** ministack's CloudFormation refuses alarms with metric math, as all of ours have. */
const withoutAlarms = '--param=alarms=false';

export const deploy = (stage: string, clusters: string, ...params: string[]) =>
  runCommand([
    node,
    sls,
    'deploy',
    '--stage',
    stage,
    `--param=clusters=${clusters}`,
    withoutAlarms,
    ...params,
  ]);

export const remove = (stage: string, clusters: string) =>
  runCommand([node, sls, 'remove', '--stage', stage, `--param=clusters=${clusters}`, withoutAlarms]);

export const smoke = (stage: string, clusters: string, more: readonly string[] = [], options = {}) =>
  runCommand([node, 'deploy/smoke/main.ts', '--stage', stage, '--clusters', clusters, ...more], options);

export const checkDeployed = (stage: string) => runCommand([node, 'test/deploy/check-deployed.ts', stage]);

/** Commands as a person pastes them, up to the first that fails. */
export const paste = (lines: readonly string[], cwd: string) =>
  runCommand(['bash', '-ec', lines.map((line) => `echo '$ ${line}'\n${line}`).join('\n')], { cwd });
