import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { shortened } from './text/shortened.ts';

/** Unlike zod, zod/mini has no messages of its own. */
z.config(en());

/** Reported faults: a list of `{}` has a fault of 80 characters for every three, and they are stored with the object. */
const maxFaults = 50;
/** Maximum length of a fault's path, and of its message, which may quote all keys of an object. */
const maxFaultLength = 500;

/** Faults for people, one per line: `clusters[0].cloudMap.instanceId: expected …`. */
export function describeFaults({ issues }: z.core.$ZodError): string {
  const lines = issues
    .slice(0, maxFaults)
    .map(
      ({ path, message }) =>
        `${shortened(pathText(path), maxFaultLength)}: ${shortened(message, maxFaultLength)}`,
    );
  const more = issues.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || '(the whole)';
}
