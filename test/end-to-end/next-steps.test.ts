import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isProgress,
  killPlaygrounds,
  type RunningPlayground,
  startPlaygroundProcess,
} from './harness/playground.ts';

const run = promisify(execFile);
const absent = ['kubectl', 'aws'].filter((command) => spawnSync(command, ['--help']).error !== undefined);
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';

afterAll(killPlaygrounds);

describe.skipIf(absent.length > 0).each([
  ['npm start', []],
  ['npm start -- --mesh istio', ['--mesh', 'istio']],
])(`what %s says to try next${reason}`, (_, args) => {
  let playground: RunningPlayground;
  beforeAll(async () => {
    playground = await startPlaygroundProcess(...args);
  });
  afterAll(() => playground.interrupt());

  it('the last line of them is the page, which is there', async () => {
    await expect.poll(lastLine).toMatch(/^The page http:\S+ shows the state live\.$/);
    const [url = ''] = /http:\S+/.exec(lastLine()) ?? [];
    expect((await fetch(url)).status).toBe(200);
  });

  it('every command works as it is printed', async () => {
    await expect.poll(lastLine).toContain('The page ');
    const lines = nextSteps()
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim());
    const exports = lines.filter((line) => line.startsWith('export '));
    const commands = lines.filter((line) => !line.startsWith('export '));
    expect(commands.length).toBeGreaterThan(5);
    const { PATH = '', HOME = '' } = process.env;
    for (const command of commands) {
      const script = [...exports, command].join('\n');
      // Through a pipe of the shell's, since nothing can open /dev/stdout when it is a socket.
      const { stdout } = await run('bash', ['-c', `set -eo pipefail\n(${script}\n) | cat`], {
        env: { PATH, HOME },
      });
      expect(stdout, command).not.toBe('');
    }
  });

  function nextSteps(): readonly string[] {
    const text = playground.output();
    const start = text.indexOf('Running. Press Ctrl-C to stop.');
    const lines = start < 0 ? [] : text.slice(start).trimEnd().split('\n');
    return lines.filter((line) => !isProgress(line));
  }

  function lastLine(): string {
    return nextSteps().at(-1) ?? '';
  }
});
