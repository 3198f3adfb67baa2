import type { ServiceCase } from '../../suite.ts';
import type { Kit } from '../kit.ts';

/** One fact about Cloud Map, checked by the real SDK client. */
export type Case = ServiceCase<Kit>;
