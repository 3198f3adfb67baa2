import { moto } from '../../../packages/embedded-aws/test/contract/cloud-map/targets.ts';
import { motoIsMissing } from '../../../packages/embedded-aws/test/contract/moto.ts';
import { readerSuite } from './cloud-map-reader-suite.ts';

readerSuite({ name: 'moto', start: moto, isMoto: true, missing: motoIsMissing() });
