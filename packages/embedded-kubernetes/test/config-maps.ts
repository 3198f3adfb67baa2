import type { JsonObject } from '../src/model/objects.ts';

export const maps = '/api/v1/namespaces/default/configmaps';

export const pods = '/api/v1/namespaces/default/pods';

export const deployments = '/apis/apps/v1/namespaces/default/deployments';

export const map = (name: string, extra: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...extra,
});
