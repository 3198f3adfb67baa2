/** A node's addresses for pods: one slot per pod, from which the addresses of both families derive. */
export class IpPool {
  readonly #first: number;
  readonly #size: number;
  readonly #ipv6Prefix: string;
  readonly #cooldownMs: () => number;
  #fresh = 0;
  /** Released slots, the oldest first. */
  readonly #released: { readonly slot: number; readonly atMs: number }[] = [];

  /**
   * @param cidr the IPv4 range, such as 192.168.64.0/18; its first and last address are not assigned.
   * @param ipv6Prefix the prefix of IPv6 addresses, such as `fd00:10::`.
   * @param cooldownMs how long an address stays unused after release (30 s with the VPC CNI).
   */
  constructor(cidr: string, ipv6Prefix: string, cooldownMs: () => number) {
    const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
    if (!match)
      throw new Error(`podCidr is ${JSON.stringify(cidr)}; expected an IPv4 range such as 192.168.64.0/18`);
    const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
    this.#first = ((a * 256 + b) * 256 + c) * 256 + d + 1;
    this.#size = 2 ** (32 - bits) - 2;
    this.#ipv6Prefix = ipv6Prefix;
    this.#cooldownMs = cooldownMs;
  }

  /** A free slot, or undefined if there is none: never used ones first, then the longest unused. */
  allocate(nowMs: number): number | undefined {
    if (this.#fresh < this.#size) {
      this.#fresh += 1;
      return this.#fresh - 1;
    }
    const [oldest] = this.#released;
    if (!oldest || oldest.atMs + this.#cooldownMs() > nowMs) return undefined;
    return this.#released.shift()?.slot;
  }

  release(slot: number, nowMs: number): void {
    this.#released.push({ slot, atMs: nowMs });
  }

  ipv4(slot: number): string {
    const address = this.#first + slot;
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
  }

  ipv6(slot: number): string {
    return `${this.#ipv6Prefix}${(slot + 1).toString(16)}`;
  }
}
