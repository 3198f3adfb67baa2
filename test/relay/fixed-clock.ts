import { afterEach, beforeEach, vi } from 'vitest';

/** In each test of a file the clock stands at `now`, epoch milliseconds, until it is advanced, and chance is one half. */
export function useFixedClock(now = 0): void {
  beforeEach(() => {
    vi.useFakeTimers({ now });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}
