import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const folder = new URL('..', import.meta.url);

it('the snippet of the README prints what the README says', async () => {
  const [, snippet = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [, printed] = /```text\n(.*?)```/s.exec(readme) ?? [];
  expect(await outputOf(snippet)).toBe(printed);
});

/** Runs it as a module of this package. Rejects with what it wrote to stderr. */
function outputOf(code: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module-typescript'],
      { cwd: folder, timeout: 25_000 },
      (error, stdout, stderr) => (error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout)),
    );
    child.stdin?.end(code);
  });
}
