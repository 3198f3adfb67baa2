import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `envoy --mode validate` says of a bootstrap. */
export interface Verdict {
  /** Why it is refused; undefined if it is not. */
  readonly error: string | undefined;
  /** Warnings, of deprecated fields for one. */
  readonly warnings: readonly string[];
}

/** Of every start, whatever the configuration: nothing limits the connections of all listeners together. */
const usual = /there is no configured limit to the number of allowed active downstream connections/;

/** Of the files of secrets, which Envoy reads. */
const rejected = /config (?:update )?(?:rejected|failure)/;

let count = 0;

/** Asks Envoy. `folder` is for the file; an Envoy takes about 70 ms of a quiet machine. */
export async function validated(binary: string, folder: string, bootstrap: object): Promise<Verdict> {
  const file = join(folder, `bootstrap-${count++}.json`);
  writeFileSync(file, JSON.stringify(bootstrap));
  const child = spawn(binary, ['--mode', 'validate', '-c', file, '--log-level', 'warning'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, log, [status]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit'),
  ]);
  const lines = Buffer.concat([...out, ...log])
    .toString()
    .split('\n');
  const refusal = status === 0 ? lines.find((line) => rejected.test(line)) : lines.slice(0, 30).join('\n');
  return {
    error: refusal,
    warnings: lines.filter((line) => /\[warning\]/.test(line) && !usual.test(line)),
  };
}
