import { parseAllDocuments } from 'yaml';
import type { Choice, Manifest, Request } from './request.ts';

export function request(overrides: Partial<Request> = {}): Request {
  return {
    ...{
      protocol: 'http',
      scheme: 'http',
      method: 'GET',
      host: 'cart.shop',
      path: '/',
      headers: {},
      port: 80,
    },
    ...overrides,
  };
}

export function manifests(...texts: readonly string[]): readonly Manifest[] {
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
}

/** Each destination with its share, or 'none'. */
export function shown(choice: Choice): string {
  if (choice === undefined) return 'none';
  return choice.destinations.map(({ host, port, share }) => `${host}:${port} ${share}`).join(' ');
}
