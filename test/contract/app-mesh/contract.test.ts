import { afterAll, beforeAll, describe, test } from 'vitest';
import { motoIsMissing } from '../moto.ts';
import type { Case } from './cases/case.ts';
import { gatewayCases } from './cases/gateways.ts';
import { meshCases } from './cases/meshes.ts';
import { nodeCases } from './cases/nodes.ts';
import { routerCases } from './cases/routers.ts';
import { serviceCases } from './cases/services.ts';
import { Kit } from './kit.ts';
import { embeddedInProcess, embeddedOverHttp, moto, type Target } from './targets.ts';

/**
 * One suite for the embedded App Mesh and for moto's, so that ours cannot drift from one that others wrote. Where moto
 * is known to differ from AWS, the case says how and must fail there: the day it passes, the note goes.
 */
const cases: readonly Case[] = [...meshCases, ...nodeCases, ...routerCases, ...serviceCases, ...gatewayCases];

interface Subject {
  readonly name: string;
  readonly start: () => Promise<Target>;
  readonly isMoto: boolean;
  /** Cases may run at one time: they share no clock that one could advance under another. */
  readonly isConcurrent: boolean;
  readonly missing?: string | undefined;
}

const subjects: readonly Subject[] = [
  { name: 'embedded, in process', start: embeddedInProcess, isMoto: false, isConcurrent: false },
  { name: 'embedded, over HTTP', start: embeddedOverHttp, isMoto: false, isConcurrent: true },
  { name: 'moto', start: moto, isMoto: true, isConcurrent: false, missing: motoIsMissing() },
];

for (const { name, start, isMoto, isConcurrent, missing } of subjects) {
  const title = missing === undefined ? `App Mesh: ${name}` : `App Mesh: ${name} (${missing})`;
  describe.skipIf(missing !== undefined)(title, { concurrent: isConcurrent }, () => {
    let target: Target;
    beforeAll(async () => {
      target = await start();
    });
    afterAll(() => target.stop());

    for (const { name: caseName, moto: difference, run } of cases) {
      const isDifferent = isMoto && difference !== undefined;
      const caseTitle = isDifferent ? `${caseName} (moto: ${difference})` : caseName;
      (isDifferent ? test.fails : test)(caseTitle, () => run(new Kit(target)));
    }
  });
}
