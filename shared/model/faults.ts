import { en } from 'zod/locales';
import * as z from 'zod/mini';

/** Other than zod itself, zod/mini has no messages of its own; whoever reads faults needs them. */
z.config(en());

/** Faults that are told at once: a list of `{}` has a fault of 80 letters for every three, and is stored with them. */
const maxFaults = 50;
/** Of the message of one fault, which may quote all keys of an object, and of its path. */
const maxFaultLength = 500;

/** Faults as a person reads them, a line each: `clusters[0].cloudMap.instanceId: expected …`. */
export function describeFaults({ issues }: z.core.$ZodError): string {
  const lines = issues
    .slice(0, maxFaults)
    .map(({ path, message }) => `${cut(pathText(path))}: ${cut(message)}`);
  const more = issues.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function cut(text: string): string {
  return text.length > maxFaultLength ? `${text.slice(0, maxFaultLength - 1)}…` : text;
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || '(the whole)';
}
