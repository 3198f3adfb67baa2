import * as z from 'zod/mini';

/** App Mesh's Duration: a whole number of seconds or milliseconds. */
export const duration = z.strictObject({ unit: z.enum(['s', 'ms']), value: z.int().check(z.minimum(0)) });

/** How long a TCP connection may be idle; zero is for ever. */
export const tcpTimeout = z.strictObject({ idle: z.nullish(duration) });

/** Of HTTP, HTTP/2 and gRPC, in a listener as in a route. */
export const requestTimeout = z.strictObject({ idle: z.nullish(duration), perRequest: z.nullish(duration) });
export type RequestTimeout = z.output<typeof requestTimeout>;
