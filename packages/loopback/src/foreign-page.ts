import type { IncomingMessage } from 'node:http';

/** For some operations, the clients of AWS put `data-` before the host. */
const loopback = /^(data-)?(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?$/i;

/** Why such a request is refused. */
export const foreignPage = 'expected no Origin, or one of this machine, and the host 127.0.0.1 or localhost';

/**
 * Whether a web page of another site may have made a browser send the request: it has an Origin that is not of this machine, or
 * a Host that is not, by a name that resolves to 127.0.0.1 (DNS rebinding). Such a page could otherwise read and change
 * everything that is served without credentials.
 */
export function isOfForeignPage({ headers: { origin, host } }: IncomingMessage): boolean {
  const from = origin === undefined ? undefined : URL.parse(origin)?.host;
  return (origin !== undefined && !loopback.test(from ?? '')) || (host !== undefined && !loopback.test(host));
}
