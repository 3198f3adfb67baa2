import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import type { EventBus } from '../../../relay/send/event-bus.ts';
import { EventBusMonitor } from '../../../relay/send/event-bus-monitor.ts';
import { NotFoundError, RetryableError } from '../../../shared/model/errors.ts';

/** A monitor of a bus that answers each check with the next identity or error, and the last one from then on. */
function aMonitor(...answers: readonly (string | Error)[]) {
  const left = [...answers];
  const logs: Record<string, unknown>[] = [];
  let checks = 0;
  const abort = new AbortController();
  const bus: Pick<EventBus, 'name' | 'identity'> = {
    name: 'mine',
    identity: async () => {
      checks += 1;
      const answer = (left.length > 1 ? left.shift() : left[0]) ?? '';
      if (left.length === 1 && checks > answers.length + 3) abort.abort();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const logger = createLogger('info', (line) => logs.push(JSON.parse(line)));
  const backoff = { baseMs: 1, maxMs: 2 };
  const monitor = new EventBusMonitor({ bus: bus as EventBus, logger, backoff, checkMs: 1 });
  return { monitor, logs, abort, checks: () => checks };
}

const missing = new NotFoundError('object', 'event bus "mine" not found');
const busy = new RetryableError('cannot describe event bus "mine"');

describe('an event bus that a relay looks for', () => {
  it('has a fault until it was found', async () => {
    const { monitor, logs, abort } = aMonitor('bus 1');
    expect(monitor.fault).toBe('event bus "mine" has not been checked yet');
    expect(await monitor.found(abort.signal)).toBe('bus 1');
    expect(monitor.fault).toBe('');
    expect(logs).toEqual([]);
  });

  it('is looked for until it exists, and each failure is logged', async () => {
    const { monitor, logs, abort, checks } = aMonitor(missing, busy, 'bus 1');
    expect(await monitor.found(abort.signal)).toBe('bus 1');
    expect(checks()).toBe(3);
    expect(monitor.fault).toBe('');
    expect(logs).toMatchObject([
      {
        ...{ level: 'error', message: 'cannot use the event bus; no events are sent until it is found' },
        error: expect.stringContaining('event bus "mine" not found'),
      },
      { level: 'error', error: expect.stringContaining('cannot describe event bus "mine"') },
    ]);
  });

  it('is not looked for any more once the relay stops; its fault stays', async () => {
    const { monitor, abort, checks } = aMonitor(missing);
    const found = monitor.found(abort.signal);
    await expect.poll(() => monitor.fault).toContain('not found');
    abort.abort();
    expect(await found).toBeUndefined();
    const before = checks();
    expect(await monitor.found(abort.signal)).toBeUndefined();
    expect(checks()).toBe(before);
  });
});

describe('an event bus that a relay uses', () => {
  const restart =
    'event bus "mine" was deleted or replaced; the relay must restart and list the cluster again';

  it.each<[string, string | Error]>([
    ['was replaced', 'bus 2'],
    ['was deleted', missing],
  ])('ends the relay if it %s', async (_what, answer) => {
    const { monitor, abort, checks } = aMonitor('bus 1', 'bus 1', answer);
    const watch = monitor.watch('bus 1', abort.signal);
    await expect(watch).rejects.toBeInstanceOf(RetryableError);
    await expect(watch).rejects.toThrow(restart);
    expect(checks()).toBe(3);
  });

  it('is checked on where it is the same, or a check fails', async () => {
    const { monitor, logs, abort } = aMonitor('bus 1', busy, 'bus 1');
    await expect(monitor.watch('bus 1', abort.signal)).resolves.toBeUndefined();
    expect(logs).toMatchObject([
      {
        ...{ level: 'warn', message: 'failed to check the event bus; will retry' },
        error: expect.stringContaining('cannot describe event bus "mine"'),
      },
    ]);
  });

  it('is not checked once the relay stops', async () => {
    const { monitor, abort, checks } = aMonitor('bus 2');
    abort.abort();
    await expect(monitor.watch('bus 1', abort.signal)).resolves.toBeUndefined();
    expect(checks()).toBe(0);
  });
});
