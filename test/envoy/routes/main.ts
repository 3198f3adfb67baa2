import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { findEnvoy, howToGetEnvoy } from '../../../playground/pods/find-envoy.ts';
import { routeCases } from './cases.ts';
import { compare } from './differences.ts';

/** Cases in one Envoy: each has a few listeners. */
const casesInOne = 100;

/** Compares the evaluator behind explain with running Envoys: `npm run test:envoy-routes -- --cases N --seed S`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { cases: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
  });
  const binary = findEnvoy();
  if (binary === undefined) return console.log(`skipped: no Envoy. ${howToGetEnvoy}`);
  const startedAtMs = performance.now();
  const sum = { requests: 0, routed: 0, refused: 0, differences: 0 };
  for (let done = 0; done < Number(values.cases); done += casesInOne) {
    const numRuns = Math.min(casesInOne, Number(values.cases) - done);
    const cases = fc.sample(routeCases, { numRuns, seed: Number(values.seed) + done });
    const { differences, ...found } = await compare(binary, cases);
    sum.requests += found.requests;
    sum.routed += found.routed;
    sum.refused += found.refused;
    for (const difference of differences.slice(0, Math.max(0, 5 - sum.differences))) console.log(difference);
    sum.differences += differences.length;
  }
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(
    `${values.cases} cases (${sum.refused} with a refused object left out), ${sum.requests} requests, ${sum.routed} of them routed, ${sum.differences} differences, ${seconds} s`,
  );
  // A comparison of nothing is no success.
  if (sum.differences > 0 || sum.routed < Number(values.cases)) process.exitCode = 1;
}

await main();
