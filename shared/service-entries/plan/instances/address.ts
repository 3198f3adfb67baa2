import * as z from 'zod/mini';
import type { ServiceEntriesConfig } from '../../../model/config/service-entries.ts';

type Attributes = Readonly<Record<string, string>>;

export interface InstanceAddress {
  readonly address: string;
  readonly isName: boolean;
}

/** The schema of an entry allows 256 characters; a DNS name has 253 at most. */
const maxName = 253;
const dnsLabels = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const [ipv4, ipv6] = [z.ipv4(), z.ipv6()];

export function isIpAddress(text: string): boolean {
  return ipv4.safeParse(text).success || ipv6.safeParse(text).success;
}

/** The addresses of an instance: its IP addresses, else its CNAME, else the name of its alias. Empty if it has none. */
export function addressesOf(
  attributes: Attributes,
  { ipFamily }: Pick<ServiceEntriesConfig, 'ipFamily'>,
): readonly InstanceAddress[] {
  const { AWS_INSTANCE_IPV4 = '', AWS_INSTANCE_IPV6 = '' } = attributes;
  const v4 = isUsableIpv4(AWS_INSTANCE_IPV4) ? [AWS_INSTANCE_IPV4] : [];
  const v6 = isUsableIpv6(AWS_INSTANCE_IPV6) ? [AWS_INSTANCE_IPV6.toLowerCase()] : [];
  const addresses = ofFamily(v4, v6, ipFamily).map((address) => ({ address, isName: false }));
  return addresses.length > 0 ? addresses : nameOf(attributes);
}

/** Whether the text is an IP address that means the same to each proxy. */
export function isUsableAddress(text: string): boolean {
  return isUsableIpv4(text) || isUsableIpv6(text);
}

/**
 * No address that means something else to each proxy: this host, its link (with the metadata service of EC2), or a group.
 * Who may register an instance must not be able to name the caller's own ports.
 */
function isUsableIpv4(text: string): boolean {
  return ipv4.safeParse(text).success && !/^(0|127|169\.254|22[4-9]|2[345]\d)\./.test(text);
}

/** Neither `::/8`, with loopback and IPv4 addresses in it, nor `fe80::/10`, nor `ff00::/8`. */
function isUsableIpv6(text: string): boolean {
  if (!ipv6.safeParse(text).success) return false;
  const canonical = URL.parse(`http://[${text}]`)?.hostname.slice(1) ?? '::';
  return !/^(:|[0-9a-f]{1,2}:|fe[89ab]|ff)/.test(canonical);
}

/** An instance with addresses of one family only is reached by that, whichever is preferred. */
function ofFamily(
  v4: readonly string[],
  v6: readonly string[],
  family: ServiceEntriesConfig['ipFamily'],
): readonly string[] {
  if (family === 'dual') return [...v4, ...v6];
  const [preferred, other] = family === 'ipv4' ? [v4, v6] : [v6, v4];
  return preferred.length > 0 ? preferred : other;
}

function nameOf({ AWS_INSTANCE_CNAME, AWS_ALIAS_DNS_NAME }: Attributes): readonly InstanceAddress[] {
  const name = (AWS_INSTANCE_CNAME || AWS_ALIAS_DNS_NAME || '').replace(/\.$/, '').toLowerCase();
  if (isUsableAddress(name)) return [{ address: name, isName: false }];
  const isLocal = /(^|\.)localhost$/.test(name);
  const isValid = name.length <= maxName && dnsLabels.test(name) && !isLocal && !/(^|\.)\d+$/.test(name);
  return isValid ? [{ address: name, isName: true }] : [];
}
