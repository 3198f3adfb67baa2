import { embeddedSuite } from '../suite.ts';
import { suite } from './suite.ts';

embeddedSuite(suite);
