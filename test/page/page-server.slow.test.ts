import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Update } from '../../playground/page/client/update.ts';
import { LiveReport } from '../../playground/page/live-report.ts';
import { type PageServer, startPageServer } from '../../playground/page/page-server.ts';
import type { Report } from '../../shared/report/plan/report.ts';
import { sampleReport } from '../report/sample-report.ts';

let current: Report = sampleReport;
let reads = 0;
let failure: Error | undefined;
let live: LiveReport;
let server: PageServer;

beforeAll(async () => {
  const read = async () => {
    reads += 1;
    if (failure !== undefined) throw failure;
    return current;
  };
  live = new LiveReport({ read, everyMs: 100 });
  server = await startPageServer(0, live);
});
afterAll(async () => {
  live.close();
  await server.close();
});

function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  return new Promise<{ status: number | undefined; headers: object; body: string }>((resolve, reject) => {
    request(`${server.url}${path}`, { headers, method }, (response) => {
      response
        .toArray()
        .then(
          (chunks) =>
            resolve({ status: response.statusCode, headers: response.headers, body: chunks.join('') }),
          reject,
        );
    })
      .on('error', reject)
      .end();
  });
}

/** The events that a browser gets, until it goes. */
async function events(until: (all: readonly { event: string; data: unknown }[]) => boolean) {
  const controller = new AbortController();
  const response = await fetch(`${server.url}/events`, { signal: controller.signal });
  const all: { event: string; data: unknown }[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', data = 'null'] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? [];
      all.push({ event, data: JSON.parse(data) });
    }
    if (until(all)) break;
  }
  controller.abort();
  return all;
}

describe('the server of the page', () => {
  it('serves the runbooks that alarms link to, and no other file', async () => {
    const { status, headers, body } = await get('/docs/runbooks/dead-letters.md');
    expect([status, body.split('\n')[0]]).toEqual([200, '# dead-letters']);
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' });
    const absent = 'none';
    for (const path of [`/docs/runbooks/${absent}.md`, '/docs/report.md', '/docs/runbooks/'])
      expect((await get(path)).status, path).toBe(404);
  });

  it('answers the page with a policy that lets nothing else run or be framed', async () => {
    const { status, headers, body } = await get('/');
    expect([status, body.slice(0, 15)]).toEqual([200, '<!doctype html>']);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect((await get('/live.js')).body).toContain('EventSource');
  });

  it('refuses the name of another host, so that no other site reads the page by DNS rebinding', async () => {
    const { port } = new URL(server.url);
    for (const path of ['/', '/events', '/live.js'])
      for (const host of [
        `evil.example:${port}`,
        '127.0.0.1',
        `127.0.0.1:1`,
        `localhost.evil.example:${port}`,
      ])
        expect((await get(path, { host })).status).toBe(421);
    expect((await get('/', { host: `localhost:${port}` })).status).toBe(200);
  });

  it('has no other path and no other method', async () => {
    expect((await get('/../package.json')).status).toBe(404);
    expect((await get('/', {}, 'POST')).status).toBe(405);
    expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it('sends all parts first, then only those that change', async () => {
    current = sampleReport;
    const change = setTimeout(() => {
      current = { ...sampleReport, deadLetters: { rows: [], total: 0 } };
    }, 300);
    const all = await events((seen) => seen.some(({ data }, index) => index > 0 && partsOf(data).length > 0));
    clearTimeout(change);
    expect(partsOf(all[0]?.data)).toHaveLength(10);
    expect(partsOf(all.at(-1)?.data)).toEqual(['navigation', 'dead-letters']);
  });

  it('says what is wrong if the state cannot be read, and goes on', async () => {
    failure = new Error('the function report timed out');
    const all = await events((seen) => seen.length > 1);
    failure = undefined;
    expect(all[0]).toEqual({ event: 'failure', data: 'the function report timed out' });
    expect((await get('/')).status).toBe(200);
  });

  it('reads nothing while no browser is connected', async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = reads;
    live.noteChange();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(reads).toBe(before);
  });
});

function partsOf(data: unknown): readonly string[] {
  return (data as Update).fragments?.map(({ id }) => id) ?? [];
}
