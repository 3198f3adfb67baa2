import * as z from 'zod/mini';

/** App Mesh's Duration: a whole number of seconds or milliseconds. */
export const duration = z.strictObject({ unit: z.enum(['s', 'ms']), value: z.int().check(z.minimum(0)) });

/** Idle timeout of a TCP connection; zero means no limit. */
export const tcpTimeout = z.strictObject({ idle: z.nullish(duration) });

/** Timeouts of HTTP, HTTP/2 and gRPC, for listeners and routes. */
export const requestTimeout = z.strictObject({ idle: z.nullish(duration), perRequest: z.nullish(duration) });
export type RequestTimeout = z.output<typeof requestTimeout>;
