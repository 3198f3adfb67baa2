/** A deployment on AWS, whose functions are named eks-mesh-sync-STAGE-… */
export interface Deployment {
  readonly kind: 'deployment';
  readonly stage: string;
  readonly region: string;
}

/** `npm start` on this machine. */
export interface LocalPlayground {
  readonly kind: 'playground';
  /** The URL of its AWS, such as http://127.0.0.1:4566. */
  readonly url: string;
  /** The kubectl command with what selects its cluster. */
  readonly kubectl: string;
}

/** Where the functions run, for the commands that people are given. */
export type Place = Deployment | LocalPlayground;

export const defaultPlaygroundUrl = 'http://127.0.0.1:4566';

/** The name of a function in Lambda. */
export function functionName(
  place: Pick<LocalPlayground, 'kind'> | Pick<Deployment, 'kind' | 'stage'>,
  name: string,
): string {
  return place.kind === 'playground' ? name : `eks-mesh-sync-${place.stage}-${name}`;
}
