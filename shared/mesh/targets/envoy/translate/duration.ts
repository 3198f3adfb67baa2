/** Ten years: Envoy's timers cannot take every time that a manifest may have. */
const maxMs = 315_360_000_000;

/** A time as in the JSON of protobuf: `1.5s`. An infinite one is 0, which switches a timeout off. */
export function durationText(ms: number): string {
  return `${Number.isFinite(ms) ? Math.min(ms, maxMs) / 1000 : 0}s`;
}
