import { afterAll, beforeAll, describe, it } from 'vitest';
import { motoIsMissing } from './moto.ts';
import type { ServiceHarness, ServiceTarget } from './service-harness.ts';

/** One fact about a service, checked by the real SDK client. */
export interface ServiceCase<Harness> {
  readonly name: string;
  /** How moto differs; the case must fail there. */
  readonly moto?: string;
  readonly run: (harness: Harness) => Promise<void>;
}

interface Subject<Client> {
  readonly name: string;
  readonly start: () => Promise<ServiceTarget<Client>>;
  readonly isMoto: boolean;
  /** Cases may run at one time: they share no clock that one could advance under another. */
  readonly isConcurrent: boolean;
  readonly missing?: string | undefined;
}

/** The cases of one service, and where they run. */
export interface Suite<Client, Harness extends ServiceHarness<Client>> {
  readonly service: string;
  readonly targets: Readonly<
    Record<'embeddedInProcess' | 'embeddedOverHttp' | 'moto', () => Promise<ServiceTarget<Client>>>
  >;
  readonly cases: readonly ServiceCase<Harness>[];
  readonly harnessOf: (target: ServiceTarget<Client>) => Harness;
}

/** Against the embedded service: in process on a virtual clock, and over HTTP in real time. */
export function embeddedSuite<Client, Harness extends ServiceHarness<Client>>(
  suite: Suite<Client, Harness>,
): void {
  const { embeddedInProcess, embeddedOverHttp } = suite.targets;
  runCases(suite, {
    ...{ name: 'embedded, in process', start: embeddedInProcess },
    ...{ isMoto: false, isConcurrent: false },
  });
  runCases(suite, {
    ...{ name: 'embedded, over HTTP', start: embeddedOverHttp },
    ...{ isMoto: false, isConcurrent: true },
  });
}

/**
 * Against moto's, so that ours cannot drift from a service that others wrote. Where moto is known to differ from AWS, the
 * case says how and must fail there: the day it passes, the note goes.
 */
export function motoSuite<Client, Harness extends ServiceHarness<Client>>(
  suite: Suite<Client, Harness>,
): void {
  const { moto } = suite.targets;
  const missing = motoIsMissing();
  runCases(suite, { name: 'moto', start: moto, isMoto: true, isConcurrent: false, missing });
}

function runCases<Client, Harness extends ServiceHarness<Client>>(
  { service, cases, harnessOf }: Suite<Client, Harness>,
  { name, start, isMoto, isConcurrent, missing }: Subject<Client>,
): void {
  const title = missing === undefined ? `${service}: ${name}` : `${service}: ${name} (${missing})`;
  describe.skipIf(missing !== undefined)(title, { concurrent: isConcurrent }, () => {
    let target: ServiceTarget<Client>;
    beforeAll(async () => {
      target = await start();
    });
    afterAll(() => target.stop());

    for (const { name: caseName, moto: difference, run } of cases) {
      const isDifferent = isMoto && difference !== undefined;
      const caseTitle = isDifferent ? `${caseName} (moto: ${difference})` : caseName;
      (isDifferent ? it.fails : it)(caseTitle, () => run(harnessOf(target)));
    }
  });
}
