import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  awsCommand,
  invokeCommand,
  kubectlCommand,
  relayCommand,
} from '../../shared/model/commands/commands.ts';
import { type ExplainSubject, explainCommand } from '../../shared/model/commands/explain-command.ts';
import type { Place } from '../../shared/model/commands/place.ts';
import { pageOf, root } from '../docs/pages.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

const run = promisify(execFile);
const absent = ['kubectl', 'aws'].filter((command) => spawnSync(command, ['--help']).error !== undefined);
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';
const page = (path: string) => pageOf(path, readFileSync(join(root, path), 'utf8'));

/** Those that a person runs beside `npm start`; the clients' parsers check all others (test/commands). */
function isOfPlayground(text: string): boolean {
  return text.includes('http://127.0.0.1:') || text.includes('--playground');
}

/** The commands against the playground, a block each. */
const blocks = ['docs/playground.md', 'docs/operations.md', 'docs/life-cycle.md'].flatMap((path) =>
  page(path)
    .blocks.filter(({ language, text }) => language === 'sh' && isOfPlayground(text))
    .map(({ text }) => [path, text] as const),
);

const folder = mkdtempSync(join(tmpdir(), 'documented-'));
afterAll(async () => {
  await killPlaygrounds();
  rmSync(folder, { recursive: true });
});

describe.skipIf(absent.length > 0)(`the documentation of the playground${reason}`, () => {
  let playground: RunningPlayground;
  beforeAll(async () => {
    playground = await startPlaygroundProcess();
  });
  afterAll(() => playground.interrupt());

  it.each(blocks)('%s has commands that work (%#)', async (_path, commands) => {
    const script = commands
      .replaceAll('http://127.0.0.1:8001', playground.kubernetes)
      .replaceAll('http://127.0.0.1:4566', playground.aws)
      .replaceAll('--playground', `--playground ${playground.aws}`)
      .replaceAll('out.json', join(folder, 'out.json'));
    expect((await bash(script)).stdout).not.toBe('');
  });

  it('the commands of messages work as they are printed', async () => {
    const { aws: url, kubernetes } = playground;
    const place: Place = { kind: 'playground', url, kubectl: `kubectl --server ${kubernetes}` };
    const namespace = 'howto-k8s-cloudmap';
    const pod = { namespace, name: 'front-1' };
    const service = ['--namespace-name', `${namespace}.pvt.aws.local`, '--service-name', 'front'];
    const explained: readonly ExplainSubject[] = [
      { pod },
      { pod: { ...pod, cluster: 'local' } },
      { service: `${namespace}.pvt.aws.local/front` },
      { instance: '10.0.0.1' },
      { object: { kind: 'VirtualNode', namespace, name: 'front' } },
      { object: { kind: 'Mesh', name: namespace } },
      {
        request: {
          from: `VirtualNode ${namespace}/front`,
          host: `colorapp.${namespace}.pvt.aws.local`,
          port: 8080,
          path: "/it's?a=$HOME",
          headers: { 'x-a': 'b c' },
        },
      },
    ];
    const commands = [
      ...explained.map((subject) => explainCommand({ subject, place })),
      invokeCommand(place, 'resync', { cluster: 'local', dryRun: true }),
      invokeCommand(place, 'sweep', { cluster: 'local' }),
      awsCommand(place, ['servicediscovery', 'discover-instances', ...service]),
      awsCommand(place, ['servicediscovery', 'list-namespaces']),
      kubectlCommand(place, ['get', 'virtualnodes.appmesh.k8s.aws,virtualgateways.appmesh.k8s.aws', '-A']),
    ];
    for (const command of commands) expect((await bash(command, {})).stdout, command).not.toBe('');
    await bash(relayCommand(place), {});
  }, 120_000);

  it('kubectl explain-mesh is a plugin by a link, and by a copy with the path of the checkout in its environment', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const plugin = join(root, 'explain/kubectl-explain_mesh');
    const environment = { PATH: `${bin}:${process.env.PATH}`, EKS_MESH_SYNC_ENDPOINT: playground.aws };
    const ask = 'cd / && kubectl explain-mesh vnode/front -n howto-k8s-cloudmap';
    symlinkSync(plugin, join(bin, 'kubectl-explain_mesh'));
    const byLink = await bash(ask, environment);
    const answer = 'Why: App Mesh matches VirtualNode howto-k8s-cloudmap/front';
    expect(byLink.stdout).toContain(answer);
    rmSync(join(bin, 'kubectl-explain_mesh'));
    copyFileSync(plugin, join(bin, 'kubectl-explain_mesh'));
    await expect(bash(ask, environment)).rejects.toMatchObject({
      stderr: expect.stringContaining('is not a checkout of eks-mesh-sync. Set EKS_MESH_SYNC_HOME'),
    });
    const byCopy = await bash(ask, { ...environment, EKS_MESH_SYNC_HOME: root });
    expect(byCopy.stdout).toContain(answer);
  });

  it('npm run explain ends with 0 for an answer, 1 without one, 2 for a mistake', async () => {
    const explain = (args: string) => bash(`npm run --silent explain -- ${args}`, {});
    const [here, nowhere] = [`--playground ${playground.aws}`, '--playground http://127.0.0.1:1'];
    expect((await explain(`pod shop/nobody ${here}`)).stdout).toContain('No events have been received');
    expect(JSON.parse((await explain(`pod shop/nobody --json ${here}`)).stdout)).toMatchObject({
      subject: 'pod',
    });
    const faults = [
      [`pod shop/nobody ${nowhere}`, 1, 'No playground answers at http://127.0.0.1:1'],
      [`pod shop/nobody --cluster other ${here}`, 1, 'other'],
      [`pod shop/nobody --playground ${playground.kubernetes}`, 1, 'is not the AWS of npm start'],
      ['pod shop/nobody --stage dev --region us-west-2', 1, 'No AWS credentials found'],
      ['pod shop/nobody --stage dev', 2, 'Region is missing'],
      [`request --from x --host y ${here}`, 2, 'expected the sender as "VirtualNode namespace/name"'],
      ['pod', 2, 'no name after pod'],
    ] as const;
    for (const [args, code, stderr] of faults)
      await expect(explain(args), args).rejects.toMatchObject({
        code,
        stderr: expect.stringContaining(stderr),
      });
  });

  it('README.md shows lines that npm start prints', () => {
    const shown = page('README.md').text.match(/^ +\d+\.\d s {2}.+$/gm) ?? [];
    const printed = playground.output().split('\n').map(withoutNumbers);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.map(withoutNumbers).filter((line) => !printed.includes(line))).toEqual([]);
  });
});

/** Through a pipe of the shell's, since nothing can open /dev/stdout when it is a socket. */
function bash(script: string, environment: Readonly<Record<string, string>> = person) {
  const { PATH = '' } = process.env;
  // No home: neither profiles nor a kubeconfig of this machine.
  const env = { PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  return run('bash', ['-c', `set -eo pipefail\n(${script}\n) | cat`], { cwd: root, env });
}

/** Who tries the documentation has some credentials. */
const person = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-west-2',
};

/** Times, ports, addresses and the random part of a pod's name differ from run to run. */
function withoutNumbers(line: string): string {
  return line
    .trim()
    .replace(/-[a-z0-9]{9,10}-[a-z0-9]{5}\b/g, '-HASH')
    .replace(/\d+/g, 'N');
}
