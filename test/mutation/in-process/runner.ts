import { type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite, TestRunner, vi } from 'vitest';
import { append, type Entry, type Found, readLog } from './log.ts';
import { activate, cover, deactivate, endCover, staticCover } from './switch.ts';
import { Watchdog } from './watchdog.ts';

const log = process.env.MUTANTS_LOG ?? '';
/** Tests that take longer without a mutant are not repeated with mutants, in milliseconds. */
const slowMs = Number(process.env.MUTANTS_SLOW_MS ?? 300);
/** How long tests are run with one mutant, in milliseconds, before it counts as survived. */
const budgetMs = Number(process.env.MUTANTS_BUDGET_MS ?? 1000);

/** Tests may replace the clock. */
const { setTimeout: setRealTimeout, clearTimeout: clearRealTimeout } = globalThis;
const now = performance.now.bind(performance);

/**
 * Runs each test once as it is, and then again with each mutant that it reaches and that no test has killed, in the same process.
 * A failure counts if the test passes again without the mutant.
 */
export default class MutantRunner extends TestRunner {
  private readonly found: Found = readLog(log);
  private readonly watchdog = new Watchdog(log);
  private fresh: Entry[] = [];

  async runTask(test: RunnerTestCase): Promise<void> {
    const name = `${test.file.name} > ${test.name}`;
    cover(test.id);
    const startMs = now();
    try {
      await TestRunner.getTestFn(test)();
    } catch (error) {
      this.fresh.push(['failed', name]);
      throw error;
    } finally {
      endCover(test.id);
    }
    const hits = endCover(test.id);
    this.fresh.push(['covered', Object.keys(hits)]);
    const tookMs = now() - startMs;
    if (tookMs <= slowMs) await this.tryMutants(test, name, hits, tookMs);
    this.flush();
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    this.fresh.push(['static', staticCover()], ...files.map((file): Entry => ['done', file.name]));
    this.flush();
    this.watchdog.end();
    super.onAfterRunFiles(files);
  }

  private async tryMutants(
    test: RunnerTestCase,
    name: string,
    hits: Readonly<Record<string, number>>,
    tookMs: number,
  ): Promise<void> {
    const limitMs = Math.max(500, tookMs * 10);
    for (const [mutant, count] of Object.entries(hits)) {
      const { killed, hung, tried } = this.found;
      const spentMs = tried.get(mutant) ?? 0;
      if (killed.has(mutant) || hung.has(mutant) || spentMs > budgetMs) continue;
      const startMs = now();
      const passes = await this.attempt(test, limitMs, () => activate(mutant, count), mutant);
      const triedMs = now() - startMs;
      tried.set(mutant, spentMs + triedMs);
      this.fresh.push(['tried', mutant, Math.round(triedMs * 10) / 10]);
      if (passes) continue;
      if (!(await this.attempt(test, limitMs * 2, deactivate))) {
        this.fresh.push(['poisoned', `${name} by ${mutant}`]);
        return;
      }
      killed.set(mutant, name);
      this.fresh.push(['killed', mutant, name]);
      this.flush();
    }
  }

  private async attempt(
    test: RunnerTestCase,
    limitMs: number,
    begin: () => void,
    mutant = '',
  ): Promise<boolean> {
    await end(test);
    begin();
    this.watchdog.begin(mutant);
    let timer: ReturnType<typeof setRealTimeout> | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setRealTimeout(() => reject(new Error('too slow')), limitMs);
      });
      await Promise.race([repeat(test, this), late]);
      return true;
    } catch {
      return false;
    } finally {
      clearRealTimeout(timer);
      deactivate();
      this.watchdog.rest();
    }
  }

  private flush(): void {
    append(log, this.fresh);
    this.fresh = [];
  }
}

async function repeat(test: RunnerTestCase, runner: TestRunner): Promise<void> {
  runner.onBeforeTryTask(test, { retry: 0, repeats: 0 });
  for (const suite of suitesOf(test))
    for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) await hook(test.context, suite);
  await TestRunner.getTestFn(test)();
  runner.onAfterTryTask(test);
}

/** What ends a run of the test: its own cleanup and the hooks after it. */
async function end(test: RunnerTestCase): Promise<void> {
  vi.useRealTimers();
  const own = test as {
    onFinished?: ((context: unknown) => unknown)[] | undefined;
    onFailed?: unknown;
    promises?: unknown;
  };
  const finished = own.onFinished ?? [];
  own.onFinished = undefined;
  own.onFailed = undefined;
  // Assertions that the former run still waits for: the next one would wait for them, too.
  own.promises = undefined;
  for (const suite of suitesOf(test).toReversed())
    for (const hook of TestRunner.getSuiteHooks(suite).afterEach)
      await Promise.resolve(hook(test.context, suite)).catch(() => undefined);
  for (const hook of finished.toReversed()) await Promise.resolve(hook(test.context)).catch(() => undefined);
}

/** The outermost first. */
function suitesOf({ suite, file }: RunnerTestCase | RunnerTestSuite): readonly RunnerTestSuite[] {
  if (suite === undefined) return [file];
  return [...suitesOf(suite), suite];
}
