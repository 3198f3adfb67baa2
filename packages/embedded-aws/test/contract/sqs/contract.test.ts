import { embedded } from '../../support/backends.ts';
import { sqsSuite } from './suite.ts';

sqsSuite(embedded);
