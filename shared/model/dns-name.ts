/** A name as DNS compares it: letters of both cases are the same (RFC 4343). */
export function dnsName(name: string): string {
  return name.toLowerCase();
}

export function isSameDnsName(a: string, b: string): boolean {
  return dnsName(a) === dnsName(b);
}
