import type { EnvoyResource } from '../proxy.ts';
import { httpRouteOf } from '../route/http-route.ts';
import { sharedBy } from '../shared-by.ts';
import type { Fields } from '../typed.ts';
import type { Answer } from './answer.ts';
import type { Called } from './called.ts';
import { gatewayHostOf, virtualServiceHeader } from './gateway-hop.ts';

/** The route table of a port of a virtual node's proxy. `others`: further virtual hosts. */
export function nodeTable(port: number, called: readonly Called[], others: readonly Fields[]): EnvoyResource {
  const hosts = called.map((each) => virtualHost(each, each.name, [each.name, `${each.name}:${port}`]));
  return { name: tableName(port), virtual_hosts: [...hosts, ...others] };
}

export function tableName(port: number): string {
  return `egress-${port}`;
}

/** Of all ports: the first hop says which. */
export function gatewayTable(called: readonly Called[]): EnvoyResource {
  const hosts = called.map((each) => {
    const domain = gatewayHostOf({ service: each.service, port: each.answer.port });
    return virtualHost(each, domain, [domain]);
  });
  return {
    name: 'egress',
    vhost_header: virtualServiceHeader,
    request_headers_to_remove: [virtualServiceHeader],
    virtual_hosts: hosts,
  };
}

function virtualHost({ answer, policy }: Called, name: string, domains: readonly string[]): Fields {
  const make = () => ({ name, domains, routes: answer.routes.map((each) => httpRouteOf(each, policy)) });
  return policy === undefined ? shared(answer, domains.join(), make) : make();
}

/** Without a policy of its own, a virtual host is the same for all who call the service. */
const shared = sharedBy<Answer, Fields>();
