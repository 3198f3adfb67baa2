import type { LogSink } from '@eks-mesh-sync/embedded-aws/lambda/log.ts';

/** Functions that change nothing. */
const readers = ['explain', 'report'];

/** A log that also calls `listeners` whenever a function that may have changed something has ended. */
export function watchInvocations(log: (line: string) => void, listeners: ReadonlySet<() => void>): LogSink {
  return ({ functionName, text }) => {
    log(`${functionName} ${text}`);
    if (text.startsWith('END ') && !readers.includes(functionName))
      for (const listener of listeners) listener();
  };
}
