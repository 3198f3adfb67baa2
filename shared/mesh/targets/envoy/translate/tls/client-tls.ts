import { createHash } from 'node:crypto';
import type { Listener } from '../../../../../model/mesh/listener.ts';
import type { ClientPolicy, ClientTls } from '../../../../../model/mesh/tls.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { EnvoyResource } from '../proxy.ts';
import { extension, type Fields } from '../typed.ts';
import { certificateSource, trustSource } from './secrets.ts';
import { validationOf } from './validation.ts';

/** TLS that a client's cluster speaks. */
export interface UpstreamTls {
  readonly transportSocket: Fields;
  readonly secrets: readonly EnvoyResource[];
}

/**
 * The TLS to a listener of a virtual node; undefined: plain text. A policy that is enforced for the port decides; else the
 * server does, and then its certificate is not checked, as in App Mesh for certificates of files.
 */
export function upstreamTlsOf(
  node: EntryOf<'VirtualNode'>,
  { portMapping: { port, protocol }, tls: server }: Pick<Listener, 'portMapping' | 'tls'>,
  policy: ClientPolicy | null | undefined,
): UpstreamTls | undefined {
  const alpn = protocol === 'http2' || protocol === 'grpc' ? { alpn_protocols: ['h2'] } : {};
  const demanded = enforcedTls(policy, port);
  if (demanded) return verified(node, demanded, alpn);
  const isTls = server && server.mode !== 'DISABLED';
  return isTls ? { transportSocket: socket(node, alpn), secrets: [] } : undefined;
}

/** The TLS that a policy demands for a port; without ports, for all. */
function enforcedTls(policy: ClientPolicy | null | undefined, port: number): ClientTls | undefined {
  const tls = policy?.tls;
  if (!tls || tls.enforce === false) return undefined;
  return !tls.ports?.length || tls.ports.includes(port) ? tls : undefined;
}

function verified(
  node: EntryOf<'VirtualNode'>,
  { certificate, validation }: ClientTls,
  alpn: Fields,
): UpstreamTls {
  const own = certificate && certificateSource(certificate, secretName('certificate', certificate));
  const trust = trustSource(validation.trust, secretName('trust', validation.trust));
  const given = validation.subjectAlternativeNames?.match.exact ?? [];
  const common = {
    ...(own && { tls_certificate_sds_secret_configs: [own.config] }),
    ...(trust && validationOf(trust, given.length > 0 ? given : [discoveredName(node)])),
    ...alpn,
  };
  return {
    transportSocket: socket(node, common),
    secrets: [...(own?.secrets ?? []), ...(trust?.secrets ?? [])],
  };
}

function socket(node: EntryOf<'VirtualNode'>, common_tls_context: Fields): Fields {
  return extension(
    'envoy.transport_sockets.tls',
    'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    { common_tls_context, sni: discoveredName(node) },
  );
}

/** The name by which a virtual node is found, which its certificate must have if a client names no other. */
export function discoveredName({ content }: EntryOf<'VirtualNode'>): string {
  const { dns, awsCloudMap } = content.spec.serviceDiscovery ?? {};
  return dns ? dns.hostname.replace(/\.$/, '') : `${awsCloudMap?.serviceName}.${awsCloudMap?.namespaceName}`;
}

/** The same files are one secret, whatever the cluster. */
function secretName(kind: string, content: object): string {
  return `client-${kind}-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)}`;
}
