/** The switch in the instrumented code: which mutant is active, and what was covered. Stryker's names. */
interface Switch {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: Coverage | undefined;
}

interface Coverage {
  static: Record<string, number>;
  perTest: Record<string, Record<string, number>>;
}

const state: Switch = (globalThis as { __stryker__?: Switch }).__stryker__ ?? {};
Object.assign(globalThis, { __stryker__: state });

/** An endless loop through the mutant ends with an error after so many passes more than the same test needs without it. */
const spareHits = 20_000;

/** What runs now, without a mutant, is counted for the test. */
export function cover(test: string): void {
  state.activeMutant = undefined;
  state.currentTestId = test;
}

/** The times that each mutant was passed in the test. */
export function endCover(test: string): Readonly<Record<string, number>> {
  state.currentTestId = undefined;
  return state.mutantCoverage?.perTest[test] ?? {};
}

/** Of what ran outside of tests, mostly when modules were loaded. */
export function staticCover(): readonly string[] {
  return Object.keys(state.mutantCoverage?.static ?? {});
}

export function activate(mutant: string, hits: number): void {
  state.hitCount = 0;
  state.hitLimit = hits * 10 + spareHits;
  state.activeMutant = mutant;
}

export function deactivate(): void {
  state.activeMutant = undefined;
  state.hitCount = undefined;
}
