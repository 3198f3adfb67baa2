import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningEnvoy } from '../../../playground/pods/run-envoy.ts';
import { get, type Options, type Received, runShop, type Shop } from './shop.ts';

/** Produces a fault, and returns all that Envoy and the client then say. */
export type Reproduction = () => Promise<string>;

/** By the text in docs/mesh/troubleshooting.md that Envoy must say; `…` there stands for anything. */
export type Reproductions = Readonly<Record<string, Reproduction>>;

/** Asks the proxy of a shop; `act` may do more than send one request. */
export function reproduction(
  shop: Shop = {},
  options: Options = {},
  act: (envoy: RunningEnvoy) => Promise<unknown> = ({ place }) => get(place.outbound),
): Reproduction {
  return async () => {
    await using envoy = await runShop(shop, options);
    const answer = await act(envoy);
    // Access logs are written a moment after the answer.
    await sleep(300);
    return [textOf(answer), ...envoy.lines].join('\n');
  };
}

function textOf(answer: unknown): string {
  if (typeof answer === 'string') return answer;
  if (Array.isArray(answer)) return answer.map(textOf).join('\n');
  const { status, headers, body } = (answer ?? {}) as Partial<Received>;
  return status === undefined ? '' : [`status ${status}`, headersText(headers), body].join('\n');
}

function headersText(headers: Received['headers'] = {}): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

const action = { weightedTargets: [{ virtualNodeRef: { name: 'green' }, weight: 1, port: 8081 }] };

/** The route to green with further fields. */
export function routeWith(fields: object): Shop {
  return { route: { httpRoute: { match: { prefix: '/id' }, action, ...fields } } };
}

/** The route and the listener of another protocol. */
export function inProtocol(protocol: 'http2' | 'grpc', match: object): Shop {
  return {
    listener: { portMapping: { port: 8081, protocol } },
    route: { httpRoute: undefined, [`${protocol}Route`]: { match, action } },
  };
}
