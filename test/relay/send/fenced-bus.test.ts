import { describe, expect, it } from 'vitest';
import { eventBridgeBus, fencedBus } from '../../../relay/send/event-bus.ts';

const entry = { type: 'Pod Changed', detail: '{}' } as const;

/** A bus whose requests are answered when they are aborted, and the term that fences it. */
function fenced() {
  const lost = new AbortController();
  const term = { signal: lost.signal, held: true, isHeld: () => term.held };
  let requests = 0;
  const send = (_: unknown, options?: { abortSignal?: AbortSignal }) => {
    requests += 1;
    return new Promise((_, reject) => {
      options?.abortSignal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  const bus = fencedBus(eventBridgeBus({ send } as never, 'bus', 'test'), term);
  return { bus, term, lost, requests: () => requests };
}

describe('a bus for a term', () => {
  it('a bus for a term sends nothing once the clock says that the term is over, before any timer has fired', async () => {
    const { bus, term, requests } = fenced();
    void bus.put([entry]).catch(() => undefined);
    expect(requests()).toBe(1);
    term.held = false;
    await expect(bus.put([entry])).rejects.toThrow('the lease is lost; nothing is sent without it');
    expect(requests()).toBe(1);
  });

  it('a bus for a term aborts the requests in flight when the term is over', async () => {
    const { bus, lost } = fenced();
    const sent = bus.put([entry]);
    lost.abort();
    await expect(sent).rejects.toThrow('aborted');
  });
});
