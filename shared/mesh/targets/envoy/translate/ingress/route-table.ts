import type { Listener } from '../../../../../model/mesh/listener.ts';
import { milliseconds, requestTimeoutMs } from '../../../../routing/timing.ts';
import { durationText } from '../duration.ts';
import type { EnvoyResource } from '../proxy.ts';
import { applicationName, ingressName } from './chain.ts';

/** The route table of a listener of HTTP: all requests to the application, with the listener's timeouts. None of TCP. */
export function timeoutRoutes({
  portMapping: { port, protocol },
  timeout,
}: Listener): readonly EnvoyResource[] {
  if (protocol === 'tcp') return [];
  const { perRequest, idle } = timeout?.http ?? timeout?.http2 ?? timeout?.grpc ?? {};
  const route = {
    cluster: applicationName(port),
    timeout: durationText(requestTimeoutMs(perRequest)),
    ...(idle && { idle_timeout: durationText(milliseconds(idle)) }),
  };
  const routes = [{ match: { prefix: '/' }, route }];
  return [{ name: ingressName(port), virtual_hosts: [{ name: 'application', domains: ['*'], routes }] }];
}
