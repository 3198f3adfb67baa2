import type { ServiceCase } from '../../suite.ts';
import type { Harness } from '../harness.ts';

/** One fact about App Mesh, checked by the real SDK client. */
export type Case = ServiceCase<Harness>;
