import type { Listened } from '../../../routing/provider.ts';

const protocols = { http: 'HTTP', http2: 'HTTP2', grpc: 'GRPC', tcp: 'TCP' } as const;

/** A port of a ServiceEntry or a gateway; its name begins with the protocol. */
export function portOf({ port, protocol }: Listened, secured?: string): object {
  const name = secured ? `${secured.toLowerCase()}-${port}` : `${protocol}-${port}`;
  return { number: port, name, protocol: secured ?? protocols[protocol] };
}
