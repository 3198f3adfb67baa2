import { describe, expect, it } from 'vitest';
import { placeIn } from '../../../shared/model/commands/place-in.ts';

const url = 'http://127.0.0.1:4566';
const deployment = (stage: string, region = 'eu-west-1') => ({ kind: 'deployment', stage, region });
const named = (name: string) =>
  placeIn({ AWS_LAMBDA_FUNCTION_NAME: name, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url });

describe('the place where a function runs', () => {
  it.each(['explain', 'report', 'sweep', 'resync'])('is the stage in the name of the function %s', (name) => {
    expect(named(`eks-mesh-sync-production-${name}`)).toEqual(deployment('production'));
    expect(named(`eks-mesh-sync-my-own-stage-${name}`)).toEqual(deployment('my-own-stage'));
  });

  it.each([
    'my-eks-mesh-sync-production-explain',
    'eks-mesh-sync-production-explain-2',
    'eks-mesh-sync--explain',
    'eks-mesh-sync-production-other',
    '',
  ])('is the playground, and not that of the function %j', (name) => {
    expect(named(name)).toEqual({ kind: 'playground', url, kubectl: 'kubectl' });
  });

  it('is a playground with its own kubectl', () => {
    expect(placeIn({ AWS_ENDPOINT_URL: url, EKS_MESH_SYNC_KUBECTL: 'kubectl --context a' })).toEqual({
      ...{ kind: 'playground', url, kubectl: 'kubectl --context a' },
    });
  });

  it('has words in the place of what is not known', () => {
    expect(placeIn({})).toEqual(deployment('STAGE', 'REGION'));
    expect(placeIn({ AWS_LAMBDA_FUNCTION_NAME: 'eks-mesh-sync-a-explain' })).toEqual(
      deployment('a', 'REGION'),
    );
    expect(placeIn({ AWS_REGION: 'eu-west-1' })).toEqual(deployment('STAGE'));
  });
});
