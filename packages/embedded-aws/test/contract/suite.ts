import { afterAll, beforeAll, describe, test } from 'vitest';
import { motoIsMissing } from './moto.ts';
import type { ServiceKit, ServiceTarget } from './service-kit.ts';

/** One fact about a service, checked by the real SDK client. */
export interface ServiceCase<Kit> {
  readonly name: string;
  /** How moto differs; the case must fail there. */
  readonly moto?: string;
  readonly run: (kit: Kit) => Promise<void>;
}

interface Subject<Client> {
  readonly name: string;
  readonly start: () => Promise<ServiceTarget<Client>>;
  readonly isMoto: boolean;
  /** Cases may run at one time: they share no clock that one could advance under another. */
  readonly isConcurrent: boolean;
  readonly missing?: string | undefined;
}

interface Suite<Client, Kit extends ServiceKit<Client>> {
  readonly service: string;
  readonly targets: Readonly<
    Record<'embeddedInProcess' | 'embeddedOverHttp' | 'moto', () => Promise<ServiceTarget<Client>>>
  >;
  readonly cases: readonly ServiceCase<Kit>[];
  readonly kitOf: (target: ServiceTarget<Client>) => Kit;
}

/**
 * One suite for an embedded service and for moto's, so that ours cannot drift from one that others wrote. Where moto is
 * known to differ from AWS, the case says how and must fail there: the day it passes, the note goes.
 */
export function contractSuite<Client, Kit extends ServiceKit<Client>>({
  service,
  targets: { embeddedInProcess, embeddedOverHttp, moto },
  cases,
  kitOf,
}: Suite<Client, Kit>): void {
  const subjects: readonly Subject<Client>[] = [
    { name: 'embedded, in process', start: embeddedInProcess, isMoto: false, isConcurrent: false },
    { name: 'embedded, over HTTP', start: embeddedOverHttp, isMoto: false, isConcurrent: true },
    { name: 'moto', start: moto, isMoto: true, isConcurrent: false, missing: motoIsMissing() },
  ];

  for (const { name, start, isMoto, isConcurrent, missing } of subjects) {
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
        (isDifferent ? test.fails : test)(caseTitle, () => run(kitOf(target)));
      }
    });
  }
}
