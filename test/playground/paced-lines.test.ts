import { describe, expect, it } from 'vitest';
import { PacedLines } from '../../playground/paced-lines.ts';

function pacedLines() {
  const printed: string[] = [];
  let ms = 0;
  const lines = new PacedLines({
    report: (text) => printed.push(text),
    summarize: (counts) => `in all: ${counts}`,
    nowMs: () => ms,
  });
  return {
    lines,
    printed: () => printed.splice(0),
    wait: (byMs: number) => {
      ms += byMs;
      lines.tick();
    },
  };
}

const some = (count: number, what = 'registered') =>
  Array.from({ length: count }, (_, index) => ({ what, text: `${index} ${what}` }));

describe('the lines about changes', () => {
  it('are one for each of few changes, at once', () => {
    const { lines, printed, wait } = pacedLines();
    for (let second = 0; second < 60; second++) {
      lines.add(some(3));
      expect(printed()).toEqual(['0 registered', '1 registered', '2 registered']);
      wait(1_000);
    }
  });

  it('are twenty and then one every five seconds for many, and nothing is left out', () => {
    const { lines, printed, wait } = pacedLines();
    for (let tick = 0; tick < 1_000; tick++) {
      lines.add([...some(3), ...some(1, 'deregistered')]);
      wait(100);
    }
    lines.flush();
    const all = printed();
    expect(all.slice(0, 20)).not.toContainEqual(expect.stringContaining('in all'));
    const counts = all.slice(20).map((line) => /^in all: (\d+) registered, (\d+) deregistered$/.exec(line));
    expect(counts.length).toBe(20);
    expect(counts.reduce((sum, match) => sum + Number(match?.[1]) + Number(match?.[2]), 20)).toBe(4_000);
  });

  it('are single ones again when there are fewer, the deferred ones too', () => {
    const { lines, printed, wait } = pacedLines();
    lines.add(some(1_500));
    expect(printed()).toEqual(some(20).map(({ text }) => text));
    wait(5_000);
    expect(printed()).toEqual(['in all: 1,480 registered']);
    lines.add(some(2));
    expect(printed(), 'in the five seconds after many').toEqual([]);
    wait(5_000);
    expect(printed()).toEqual(['0 registered', '1 registered']);
    lines.add(some(1));
    expect(printed()).toEqual(['0 registered']);
  });
});
