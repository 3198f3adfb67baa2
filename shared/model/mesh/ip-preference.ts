import * as z from 'zod/mini';

/** Of a whole mesh or of one virtual node, whose own comes first. */
export const ipPreference = z.enum(['IPv4_ONLY', 'IPv6_ONLY', 'IPv4_PREFERRED', 'IPv6_PREFERRED']);
