import { UsageError } from './usage-error.ts';

/** If the port is in use, throws a UsageError that names the option to change. */
export async function portNamed<Started>(
  option: string,
  port: number,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  try {
    return await start(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new UsageError(`port ${port} is already in use; choose another with ${option} (0 for a free port)`);
  }
}
