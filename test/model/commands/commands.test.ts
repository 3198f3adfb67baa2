import { describe, expect, it } from 'vitest';
import {
  awsCommand,
  invokeCommand,
  kubectlCommand,
  relayCommand,
} from '../../../shared/model/commands/commands.ts';
import { placeIn } from '../../../shared/model/commands/place-in.ts';

const deployment = { kind: 'deployment', stage: 'production', region: 'eu-west-1' } as const;
const local = {
  kind: 'playground',
  url: 'http://127.0.0.1:4000',
  kubectl: 'kubectl --server http://127.0.0.1:8001',
} as const;

describe('a command for a deployment', () => {
  it('names its stage and its Region', () => {
    expect(invokeCommand(deployment, 'resync', { cluster: "it's" })).toBe(
      `printf %s '{"cluster":"it'\\''s"}' | aws --region eu-west-1 lambda invoke --function-name eks-mesh-sync-production-resync --cli-read-timeout 900 --payload fileb:///dev/stdin /dev/stdout`,
    );
  });

  it('of Cloud Map names the Region in which the cluster registers', () => {
    const words = ['servicediscovery', 'list-namespaces'];
    expect(awsCommand(deployment, words, { region: 'us-east-1' })).toBe(
      'aws --region us-east-1 servicediscovery list-namespaces',
    );
  });

  it('of kubectl is for the current context', () => {
    expect(kubectlCommand(deployment, ['get', 'pod', 'front-1'])).toBe('kubectl get pod front-1');
    expect(relayCommand(deployment)).toBe(
      'kubectl get pods -A -l app.kubernetes.io/name=eks-mesh-sync-relay',
    );
  });
});

describe('a command for the playground', () => {
  it('names its endpoint, and needs neither credentials nor variables', () => {
    expect(awsCommand(local, ['servicediscovery', 'list-services'])).toBe(
      'AWS_DISABLE_HOST_PREFIX_INJECTION=true aws --endpoint-url http://127.0.0.1:4000 --region us-west-2 --no-sign-request servicediscovery list-services',
    );
    expect(invokeCommand(local, 'sweep', {})).toContain(' lambda invoke --function-name sweep ');
    expect(kubectlCommand(local, ['get', 'pods'])).toBe('kubectl --server http://127.0.0.1:8001 get pods');
  });
});

describe('where a function runs', () => {
  it.each(['explain', 'sweep', 'resync', 'report'])('is in the name of %s in Lambda', (name) => {
    const env = { AWS_LAMBDA_FUNCTION_NAME: `eks-mesh-sync-my-stage-${name}`, AWS_REGION: 'eu-west-1' };
    const place = { kind: 'deployment', stage: 'my-stage', region: 'eu-west-1' };
    expect(placeIn(env)).toEqual(place);
    expect(placeIn({ ...env, AWS_ENDPOINT_URL: 'http://10.0.0.1:4566' })).toEqual(place);
  });

  it('is the playground if the name has no stage and the endpoint is set', () => {
    const env = { AWS_LAMBDA_FUNCTION_NAME: 'explain', AWS_ENDPOINT_URL: local.url };
    expect(placeIn({ ...env, EKS_MESH_SYNC_KUBECTL: local.kubectl })).toEqual(local);
    expect(placeIn(env)).toEqual({ ...local, kubectl: 'kubectl' });
  });
});
