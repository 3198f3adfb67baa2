import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const requests: { path: string | undefined; body: string }[] = [];
let lambda: Server;
let url: string;

/** Answers as Lambda does. */
beforeAll(async () => {
  lambda = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    requests.push({ path: request.url, body });
    const isJson = JSON.parse(body).format === 'json';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isJson ? { verdict: { level: 'ok' } } : '<!doctype html>\n"é"\n'));
  });
  await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => lambda.close(resolve)));

const report = (...args: readonly string[]) =>
  run('npm', ['run', '-s', 'report', '--', ...args]).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({
      status: code as number,
      stdout: stdout as string,
      stderr: stderr as string,
    }),
  );

describe('npm run report', () => {
  it('prints the page as the function returned it, ready for a file', async () => {
    expect(await report('--playground', url)).toEqual({
      status: 0,
      stdout: '<!doctype html>\n"é"\n',
      stderr: '',
    });
    expect(requests.at(-1)).toEqual({
      path: '/2015-03-31/functions/report/invocations',
      body: '{"format":"html"}',
    });
  });

  it('prints the data, of one cluster or namespace', async () => {
    const { stdout } = await report('--playground', url, '--json', '--cluster', 'a', '-n', 'shop');
    expect(JSON.parse(stdout)).toEqual({ verdict: { level: 'ok' } });
    expect(requests.at(-1)?.body).toBe('{"format":"json","cluster":"a","namespace":"shop"}');
  });

  it('ends with 1 if nothing answers, with 2 for an unknown option, and names what is wrong', async () => {
    const none = await report('--playground', 'http://127.0.0.1:1');
    expect([none.status, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toContain('http://127.0.0.1:1');
    const wrong = await report('--stag', 'x');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('--stag');
    expect((await report('--help')).stdout).toContain('> report.html');
  });
});
