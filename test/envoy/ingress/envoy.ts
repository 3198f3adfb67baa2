import { findEnvoy, howToGetEnvoy } from '../../../playground/pods/find-envoy.ts';

export const binary = findEnvoy() ?? '';

/** Whether there is no Envoy here. */
export const isMissing = binary === '';
if (isMissing) console.log(`skipped: no Envoy was found. ${howToGetEnvoy}`);
