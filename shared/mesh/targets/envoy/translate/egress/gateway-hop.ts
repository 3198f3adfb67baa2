import { awsNameOf } from '../../../../plan/directory.ts';
import type { Entry } from '../../../../plan/entry.ts';

/**
 * A gateway is two hops in one Envoy. The first sets this header on every request, so that no client can choose; the second
 * finds the virtual service by it, and removes it.
 */
export const virtualServiceHeader = 'x-app-mesh-virtual-service';

/** What the first hop sets the header to, for a port of a virtual service: the domain of its virtual host in the second hop. */
export function gatewayHostOf({
  service,
  port,
}: {
  readonly service: Pick<Entry, 'id' | 'awsName'>;
  readonly port: number;
}): string {
  return `${awsNameOf(service as Entry)}:${port}`;
}
