import type { ServiceCase } from '../../suite.ts';
import type { Harness } from '../harness.ts';

/** One fact about Cloud Map, checked by the real SDK client. */
export type Case = ServiceCase<Harness>;
