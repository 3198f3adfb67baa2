import { readFile } from 'node:fs/promises';

const folder = new URL('../../docs/runbooks/', import.meta.url);

/** The text of the runbook that this path names; undefined if there is none. */
export async function runbookAt(pathname: string): Promise<string | undefined> {
  const [, file] = /^\/docs\/runbooks\/([a-z-]+\.md)$/.exec(pathname) ?? [];
  if (file === undefined) return undefined;
  try {
    return await readFile(new URL(file, folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
