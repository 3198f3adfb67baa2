import { embedded } from '../../harness/backends.ts';
import { eventBridgeSuite } from './suite.ts';

eventBridgeSuite(embedded);
