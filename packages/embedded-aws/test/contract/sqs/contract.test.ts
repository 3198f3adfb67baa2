import { embedded } from '../../harness/backends.ts';
import { sqsSuite } from './suite.ts';

sqsSuite(embedded);
