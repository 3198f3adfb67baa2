import type { Place } from './place.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where a function runs, by the environment variables that Lambda sets, or the playground. */
export function placeIn({
  AWS_LAMBDA_FUNCTION_NAME: own = '',
  AWS_REGION: region = 'REGION',
  AWS_ENDPOINT_URL: url,
  EKS_MESH_SYNC_KUBECTL: kubectl = 'kubectl',
}: Variables): Place {
  const stage = /^eks-mesh-sync-(.+)-(?:explain|report|sweep|resync)$/.exec(own)?.[1];
  if (stage === undefined && url !== undefined) return { kind: 'playground', url, kubectl };
  return { kind: 'deployment', stage: stage ?? 'STAGE', region };
}
