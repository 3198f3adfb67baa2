import { embedded } from '../../support/backends.ts';
import { eventBridgeSuite } from './suite.ts';

eventBridgeSuite(embedded);
