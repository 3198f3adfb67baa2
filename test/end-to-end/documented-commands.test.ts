import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf, root } from '../docs/pages.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

const run = promisify(execFile);
const absent = ['kubectl', 'aws'].filter((command) => spawnSync(command, ['--help']).error !== undefined);
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';
const page = (path: string) => pageOf(path, readFileSync(join(root, path), 'utf8'));

/** The commands against the playground, a block each. */
const blocks = ['docs/playground.md', 'docs/operations.md'].flatMap((path) =>
  page(path)
    .blocks.filter(({ language, text }) => language === 'sh' && text.includes('http://127.0.0.1:'))
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
      .replaceAll('http://127.0.0.1:4566', playground.aws);
    expect((await bash(script)).stdout).not.toBe('');
  });

  it('README.md shows lines that npm start prints', () => {
    const shown = page('README.md').text.match(/^ +\d+\.\d s {2}.+$/gm) ?? [];
    const printed = playground.output().split('\n').map(withoutNumbers);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.map(withoutNumbers).filter((line) => !printed.includes(line))).toEqual([]);
  });
});

/** Through a pipe of the shell's, since nothing can open /dev/stdout when it is a socket. */
function bash(script: string) {
  const { PATH = '', HOME = '' } = process.env;
  const credentials = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-west-2',
  };
  const options = { cwd: folder, env: { PATH, HOME, ...credentials } };
  return run('bash', ['-c', `set -eo pipefail\n(${script}\n) | cat`], options);
}

/** Times, ports, addresses and the random part of a pod's name differ from run to run. */
function withoutNumbers(line: string): string {
  return line
    .trim()
    .replace(/-[a-z0-9]{9,10}-[a-z0-9]{5}\b/g, '-HASH')
    .replace(/\d+/g, 'N');
}
