import * as z from 'zod';

/** App Mesh's Duration: a whole number of seconds or milliseconds. */
export const duration = z.strictObject({ unit: z.enum(['s', 'ms']), value: z.int().min(0) });

/** How long a TCP connection may be idle; zero is for ever. */
export const tcpTimeout = z.strictObject({ idle: duration.nullish() });

/** Of HTTP, HTTP/2 and gRPC, in a listener as in a route. */
export const requestTimeout = z.strictObject({ idle: duration.nullish(), perRequest: duration.nullish() });
export type RequestTimeout = z.output<typeof requestTimeout>;
