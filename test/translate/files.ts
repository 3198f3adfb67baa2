import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const folder = mkdtempSync(join(tmpdir(), 'translate-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** A file with this text. */
export function fileOf(text: string): string {
  const path = join(folder, `${++files}.yaml`);
  writeFileSync(path, text);
  return path;
}
