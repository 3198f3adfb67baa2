import type { NodeOptions } from './nodes.ts';

const zoneLabel = 'topology.kubernetes.io/zone';
/** The addresses of each added node: a /22. */
const size = 1024;
const maxAdded = 16;

/**
 * The options of a node that is added to a running cluster: its pods get addresses behind those of the last of the
 * `first` nodes. Undefined for the seventeenth, for which no addresses are left.
 */
export function addedNode(
  first: readonly NodeOptions[],
  index: number,
  name: string,
  labels: Readonly<Record<string, string>>,
): NodeOptions | undefined {
  const last = first.at(-1);
  const match = last && /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(last.podCidr);
  if (!match || index >= maxAdded) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const start = ((a * 256 + b) * 256 + c) * 256 + d + 2 ** (32 - bits) + index * size;
  const podCidr = `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/22`;
  const zones = first.map(({ zone }) => zone);
  return {
    name,
    zone: labels[zoneLabel] ?? zones[index % zones.length] ?? '',
    internalIP: hostOf(last.internalIP, index + 1),
    podCidr,
    ipv6Prefix: `fd00:10:${(0xa0 + index).toString(16)}::`,
  };
}

/** The address so many places after another one, within its last byte. */
function hostOf(address: string, offset: number): string {
  const [a, b, c, d = '0'] = address.split('.');
  return [a, b, c, (Number(d) + offset) % 256].join('.');
}
