import { flags } from './flags.ts';
import { figures, lines } from './lines.ts';
import type { Reproductions } from './reproduce.ts';
import { tls } from './tls.ts';

/** One for each text that docs/mesh/troubleshooting.md says of Envoy. */
export const reproductions: Reproductions = { ...flags, ...tls, ...lines, ...figures };
