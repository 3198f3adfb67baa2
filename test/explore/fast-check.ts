// Under its own name it would be this file.
import fc from '../../node_modules/fast-check/lib/fast-check.js';

/** So many times the runs that a property asks for; mostly its time is over before. */
const factor = 1_000;

const defaultRuns = 100;

/** Tests may replace the clock. */
const now = performance.now.bind(performance);

/** `interruptAfterTimeLimit` would leave the last run going on beside the next test. */
const withinTime: fc.UniversalPlugin = () => {
  const endMs = now() + Number(process.env.PROPERTY_SECONDS) * 1000;
  return { decorateRun: (run) => (value) => (now() < endMs ? run(value) : new fc.PreconditionFailure(true)) };
};

/** In place of fast-check: as many runs of a property as PROPERTY_SECONDS allow. */
function assert<Ts>(property: fc.IRawProperty<Ts>, parameters: fc.Parameters<Ts> = {}) {
  const numRuns = (parameters.numRuns ?? defaultRuns) * factor;
  return fc.assert(property, { ...parameters, numRuns, plugins: [withinTime] });
}

export default { ...fc, assert };
