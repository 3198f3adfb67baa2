import { moto } from '../../support/backends.ts';
import { sqsSuite } from './suite.ts';

sqsSuite(moto);
