import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Playground, startPlayground } from '../../../playground/playground.ts';
import { root } from '../../docs/pages.ts';
import { findKubectl } from '../../tools/helm.ts';
import { printedCommands } from '../printed-commands.ts';
import { reasonOf, reasons } from './elsewhere.ts';
import { kubectlRun } from './kubectl-run.ts';

const all = printedCommands();
const ofKubectl = new Map(
  all
    .filter(({ words: [program] }) => program === 'kubectl')
    .map((command) => [command.words.join(' '), kubectlRun(command.words)] as const),
);
const runs = [...ofKubectl].flatMap(([text, what]) => ('run' in what ? [[text, what.run] as const] : []));
const kubectl = findKubectl();

describe('a printed command that no test of this folder runs', () => {
  it('is run elsewhere, or is in the list of those that cannot be run', () => {
    const others = all.filter(({ words: [program] }) => program !== 'kubectl');
    const given = others.map((command) => [command.words.join(' '), reasonOf(command)] as const);
    expect(given.filter(([, reason]) => reason === undefined)).toEqual([]);
    expect(reasons.filter((why) => !given.some(([, reason]) => reason === why))).toEqual([]);
    const files = reasons.flatMap((why) => why.match(/test\/[\w./-]*\w/g) ?? []);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe.skipIf(kubectl.path === undefined)(
  'the printed commands of kubectl, run on the embedded cluster',
  () => {
    let playground: Playground;
    beforeAll(async () => {
      const options = { exit: false, manifests: [], kubeconfig: undefined, awsEndpoint: undefined };
      const mesh = ['app-mesh', 'istio', 'gateway-api'] as const;
      playground = await startPlayground(
        { ...options, mesh, awsPort: 0, kubernetesPort: 0 },
        () => undefined,
      );
      for (const path of ['howto-k8s-cloudmap.yaml', 'teams/catalog-statefulset.yaml'])
        await run(['apply', '-f', `examples/${path}`]);
      for (const path of ['cluster-access.yml', 'sidecars.yaml'])
        await run(['apply', '-f', `deploy/${path}`]);
    });
    afterAll(() => playground.close({ keepLog: false }));

    const run = async (args: readonly string[]) => {
      const env = { PATH: process.env.PATH, HOME: '/nonexistent', KUBECONFIG: '/dev/null' };
      const given = ['--server', playground.kubernetesUrl, ...args];
      return promisify(execFile)(kubectl.path ?? '', given, { cwd: root, env, timeout: 60_000 });
    };

    it('are more than a few', () => {
      expect(runs.length).toBeGreaterThan(30);
    });

    it('an apply again of deploy/ changes nothing', async () => {
      for (const path of ['cluster-access.yml', 'sidecars.yaml']) {
        const again = await run(['apply', '-f', `deploy/${path}`]);
        const lines = again.stdout.trim().split('\n');
        expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
      }
    });

    it('the Services of the Gateway API are deleted apart from those of Envoy', async () => {
      const labels = 'app.kubernetes.io/managed-by=eks-mesh-sync,eks-mesh-sync/source=mesh-objects';
      for (const [name, ...more] of [
        ['mesh-node-a', '--tcp=80'],
        ['a-virtual-node', '--clusterip=None'],
      ]) {
        await run(['create', 'service', 'clusterip', name ?? '', ...more]);
        await run(['label', 'service', name ?? '', ...labels.split(',')]);
      }
      const distinct = new Map(all.map(({ words }) => [words.join(' '), words]));
      const deletions = [...distinct.values()].filter(
        (words) => words[1] === 'delete' && words[2] === 'services',
      );
      const deleted = (isHeadless: boolean) =>
        Promise.all(
          deletions
            .filter((words) => words.includes('spec.clusterIP=None') === isHeadless)
            .map(async (words) => {
              const what = kubectlRun(words);
              return 'run' in what ? (await run(what.run)).stdout : what.reason;
            }),
        );
      const [others, headless] = [await deleted(false), await deleted(true)];
      expect([others.length, headless.length]).toEqual([1, 1]);
      for (const text of others) {
        expect(text).toContain('"mesh-node-a"');
        expect(text).not.toContain('virtual-node"');
      }
      for (const text of headless) {
        expect(text).toContain('"a-virtual-node"');
        expect(text).not.toContain('"mesh-node-');
      }
    });

    it.each(runs)('%s', async (_, args) => {
      const { stderr } = await run(args).catch((error: { stderr: string }) => error);
      // Objects of the reader, which the example does not have; a wrong kind or field is another error.
      const mistakes = stderr
        .split('\n')
        .filter((line) => /^error|^Error/.test(line) && !isAboutReadersObject(line));
      expect(mistakes).toEqual([]);
    });
  },
);

function isAboutReadersObject(line: string): boolean {
  return /^Error from server \(NotFound\): [\w.]+ "[^"]+" not found$|no matching resources found$/.test(line);
}
