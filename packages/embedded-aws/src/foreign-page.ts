import type { IncomingMessage } from 'node:http';

const loopback = /^(data-)?(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?$/i;

/**
 * Whether a web page of another site may have made a browser send the request: it has an Origin that is not of this machine, or
 * a Host that is not, by a name that resolves to 127.0.0.1. A page could otherwise call everything here, as no credentials are
 * checked. Clients of AWS send no Origin, and the loopback address as Host, with a prefix for some operations.
 */
export function isOfForeignPage({ headers: { origin, host } }: IncomingMessage): boolean {
  const from = origin === undefined ? undefined : URL.parse(origin)?.host;
  return (origin !== undefined && !loopback.test(from ?? '')) || (host !== undefined && !loopback.test(host));
}
