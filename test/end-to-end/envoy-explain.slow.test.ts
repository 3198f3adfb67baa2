import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { killPlaygrounds, startPlaygroundProcess } from './harness/playground.ts';
import { podsMissing } from './harness/pods.ts';

const run = promisify(execFile);
const reason = podsMissing();
const project = join(import.meta.dirname, '../..');
const timeout = 180_000;

afterAll(killPlaygrounds);

describe.skipIf(reason !== '')(`explain commands with --mesh envoy${reason}`, { timeout }, () => {
  it.each([
    ['npm start -- --mesh envoy', [], ['service', 'object', 'request']],
    [
      'npm start -- --mesh envoy --manifest examples/webapp.yaml',
      ['--manifest', 'examples/webapp.yaml'],
      ['pod', 'object', 'request'],
    ],
  ])('%s prints commands that work as they are', async (_, args, subjects) => {
    const playground = await startPlaygroundProcess('--mesh', 'envoy', ...args);
    await expect.poll(() => playground.output()).toContain('list-services');
    const lines = playground
      .output()
      .split('\n')
      .map((line) => line.trim());
    const commands = lines.filter((line) => line.startsWith('npm run explain'));
    expect(commands.map((command) => command.split(' ')[4])).toEqual(subjects);
    for (const command of commands) {
      const { stdout } = await run('sh', ['-c', command], { cwd: project });
      expect(stdout, command).toContain('Why: ');
      if (command.includes('request')) expect(stdout, command).toMatch(/VirtualNode .* \d+ %/);
    }
    expect(lines).not.toContainEqual(expect.stringMatching(/\bjq\b/));
    expect(await playground.interrupt()).toBe(0);
  });
});
