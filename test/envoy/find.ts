import { findEnvoy, howToGetEnvoy } from '../../playground/pods/find-envoy.ts';

export const envoy = findEnvoy() ?? '';

/** Why the tests with a real Envoy are skipped here, for the names of the tests; undefined if they are not. */
export const missingEnvoy = envoy === '' ? `skipped: there is no Envoy. ${howToGetEnvoy}` : undefined;
