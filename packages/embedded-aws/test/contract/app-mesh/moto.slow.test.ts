import { motoSuite } from '../suite.ts';
import { suite } from './suite.ts';

motoSuite(suite);
