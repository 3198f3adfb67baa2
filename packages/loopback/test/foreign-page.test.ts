import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { isOfForeignPage } from '../src/foreign-page.ts';

const isForeign = (headers: IncomingMessage['headers']) => isOfForeignPage({ headers } as IncomingMessage);

it.each([
  [{ host: '127.0.0.1:4566' }],
  [{ host: 'localhost:4566' }],
  [{ host: 'data-127.0.0.1:4566' }],
  [{ host: '[::1]:4566' }],
  [{ host: '127.0.0.1:4566', origin: 'http://127.0.0.1:8002' }],
])('a request with %j is not of a foreign page', (headers) => {
  expect(isForeign(headers)).toBe(false);
});

it.each([
  [{ host: 'evil.com' }],
  [{ host: '127.0.0.1.evil.com:4566' }],
  [{ host: '127.0.0.1:4566', origin: 'http://evil.com' }],
  [{ host: '127.0.0.1:4566', origin: 'null' }],
])('a request with %j is of a foreign page', (headers) => {
  expect(isForeign(headers)).toBe(true);
});
