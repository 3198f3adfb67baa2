import * as z from 'zod/mini';

/** Of a mesh or of one virtual node; the virtual node's takes precedence. */
export const ipPreference = z.enum(['IPv4_ONLY', 'IPv6_ONLY', 'IPv4_PREFERRED', 'IPv6_PREFERRED']);
