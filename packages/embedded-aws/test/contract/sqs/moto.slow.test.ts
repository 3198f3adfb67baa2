import { moto } from '../../harness/backends.ts';
import { sqsSuite } from './suite.ts';

sqsSuite(moto);
