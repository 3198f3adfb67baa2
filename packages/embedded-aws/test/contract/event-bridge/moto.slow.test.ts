import { moto } from '../../harness/backends.ts';
import { eventBridgeSuite } from './suite.ts';

eventBridgeSuite(moto);
