import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pause } from '../../../relay/pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether the pause is over after so many milliseconds. */
async function isOverAfter(waiting: Promise<void>, ms: number): Promise<boolean> {
  let isOver = false;
  void waiting.then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(ms);
  return isOver;
}

it('a pause is over after its time', async () => {
  const { signal } = new AbortController();
  const waiting = pause(100, signal);
  expect(await isOverAfter(waiting, 99)).toBe(false);
  expect(await isOverAfter(waiting, 1)).toBe(true);
});

it('a pause is over once it is aborted, and leaves no timer', async () => {
  const abort = new AbortController();
  const waiting = pause(100, abort.signal);
  abort.abort();
  expect(await isOverAfter(waiting, 0)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('a pause is over at once where it was aborted before', async () => {
  expect(await isOverAfter(pause(100, AbortSignal.abort()), 0)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('a pause leaves no listener at the signal', async () => {
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  const waiting = pause(100, signal);
  expect(await isOverAfter(waiting, 100)).toBe(true);
  expect(removed.mock.calls.map(([type]) => type)).toEqual(['abort']);
});
