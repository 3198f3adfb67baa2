import { moto } from '../../support/backends.ts';
import { eventBridgeSuite } from './suite.ts';

eventBridgeSuite(moto);
