import type { KindVersions } from '../../../plan/object-resource.ts';

/** The kinds that are written. */
export const envoyVersions: KindVersions = { ConfigMap: ['v1'], Service: ['v1'] };
