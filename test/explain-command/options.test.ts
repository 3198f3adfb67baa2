import { describe, expect, it } from 'vitest';
import { UsageError } from '../../explain/errors.ts';
import { helpText, parseOptions } from '../../explain/options.ts';
import { explainRequest } from '../../shared/explain/explain-request.ts';
import { type ExplainSubject, explainCommand } from '../../shared/model/commands/explain-command.ts';

const words = (text: string) => text.split(' ').filter((word) => word !== '');
const inputOf = (args: readonly string[], env = {}, context = {}) => parseOptions(args, env, context)?.input;
const placeOf = (text: string, env = {}, context = {}) =>
  parseOptions([...words('instance 10.0.0.1'), ...words(text)], env, context)?.place;

describe('what npm run explain is asked', () => {
  it.each([
    ['pod shop/front-1', { namespace: 'shop', pod: 'front-1' }],
    ['pod front-1 -n shop', { namespace: 'shop', pod: 'front-1' }],
    ['-n shop pod/front-1', { namespace: 'shop', pod: 'front-1' }],
    ['pods/front-1 --namespace=shop', { namespace: 'shop', pod: 'front-1' }],
    ['po front-1 --namespace shop', { namespace: 'shop', pod: 'front-1' }],
    ['pod shop/front-1 -n shop --cluster west', { cluster: 'west', namespace: 'shop', pod: 'front-1' }],
    ['object VirtualNode shop/front', { object: { kind: 'VirtualNode', namespace: 'shop', name: 'front' } }],
    ['vnode/front -n shop', { object: { kind: 'VirtualNode', namespace: 'shop', name: 'front' } }],
    [
      'virtualrouters.appmesh.k8s.aws shop/front',
      { object: { kind: 'VirtualRouter', namespace: 'shop', name: 'front' } },
    ],
    ['mesh/global', { object: { kind: 'Mesh', name: 'global' } }],
    ['object Mesh global --cluster west', { cluster: 'west', object: { kind: 'Mesh', name: 'global' } }],
    ['service shop.local/front', { service: 'shop.local/front' }],
    ['instance 10.0.0.1', { instance: '10.0.0.1' }],
    [
      'instance 10.0.0.1 --service shop.local/front --json',
      { instance: '10.0.0.1', service: 'shop.local/front', format: 'json' },
    ],
    [
      'request --from=VirtualNode_shop/front --host orders.shop --port 8080 --method POST --path /a --protocol grpc --scheme https --header x-color:blue',
      {
        request: {
          from: 'VirtualNode_shop/front',
          host: 'orders.shop',
          port: 8080,
          scheme: 'https',
          method: 'POST',
          path: '/a',
          protocol: 'grpc',
          headers: { 'x-color': 'blue' },
        },
      },
    ],
    [
      'request --from a --host b --header x:1 --header y:2 --header X:3',
      { request: { from: 'a', host: 'b', headers: { x: ['1', '3'], y: '2' } } },
    ],
  ])('%s', (text, input) => {
    expect(inputOf(words(text))).toEqual(input);
  });

  it.each<ExplainSubject>([
    { pod: { cluster: 'west', namespace: 'shop', name: 'front-1' } },
    { service: 'shop.local/front', cluster: 'west' },
    { instance: '10.0.0.1', service: 'shop.local/front' },
    { object: { kind: 'GatewayRoute', namespace: 'shop', name: 'front' } },
    {
      request: {
        from: 'VirtualGateway shop/in',
        host: 'orders.shop',
        port: 80,
        path: '/a?b=c',
        headers: { 'x-a': 'b: c', 'x-b': ['1', '2'] },
      },
    },
  ])('the command that explains %j is understood by it, and its input by the function', (subject) => {
    const place = { kind: 'deployment', stage: 'test', region: 'eu-west-1' } as const;
    const command = explainCommand({ subject, place }).replace('npm run explain -- ', '');
    const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const options = parseOptions(args, {});
    expect(options?.place).toMatchObject(place);
    expect(explainRequest.parse(options?.input)).toMatchObject(
      'pod' in subject ? { cluster: 'west', namespace: 'shop', pod: 'front-1' } : subject,
    );
  });

  it.each([
    ['', 'nothing to explain is named'],
    ['pod', 'no name after pod; expected NAMESPACE/NAME'],
    ['pod front-1', 'the namespace of Pod front-1 is missing'],
    ['pod a/b/c', '"a/b/c" is not a name'],
    ['pod /b', '"/b" is not a name'],
    ['pod a/b c', '"c" is one word too many'],
    ['pod a/b -n c', 'a/b is in namespace a, and --namespace is c'],
    ['deployment a/b', '"deployment" cannot be explained'],
    ['pods.appmesh.k8s.aws a/b', 'cannot be explained'],
    ['virtualservices.networking.istio.io a/b', 'cannot be explained'],
    ['mesh a/b', 'a Mesh has no namespace'],
    ['service', 'service is followed by nothing; expected NAMESPACE/SERVICE'],
    ['instance a b', '"b" is one word too many'],
    ['instance a --cluster b', '--cluster cannot be combined with instance'],
    ['pod a/b --host c', '--host goes with request only'],
    ['pod a/b --service c/d', '--service goes with instance only'],
    ['request --host a', '--from is missing'],
    ['request --from a', '--host is missing'],
    ['request --from a --host b --port x', '--port is "x"; expected 1 to 65535'],
    ['request --from a --host b --header c', '--header is "c"; expected "NAME: VALUE"'],
    ['pod a/b --stage', "'--stage <value>' argument missing"],
    ['pod a/b --stege x', "Unknown option '--stege'"],
  ])('%j is a mistake that is named', (text, message) => {
    expect(() => parseOptions(words(text), {})).toThrow(UsageError);
    expect(() => parseOptions(words(text), {})).toThrow(message);
  });

  it('prints its help', () => {
    expect(parseOptions(['--help'], {})).toBeUndefined();
    expect(helpText('npm run explain --')).toContain('Usage: npm run explain -- SUBJECT');
    expect(helpText('kubectl explain-mesh')).toContain('--context');
  });

  it('takes cluster and namespace from kubectl where the arguments do not say them', () => {
    const context = { namespace: 'shop', cluster: 'west' };
    const [stage, pod] = ['--stage=dev', 'pod/front-1'];
    expect(inputOf([pod, stage], {}, context)).toEqual({
      cluster: 'west',
      namespace: 'shop',
      pod: 'front-1',
    });
    expect(inputOf(['pod', 'eu/front-1', stage], {}, context)).toMatchObject({ namespace: 'eu' });
    expect(inputOf([pod, stage, '-n', 'eu'], {}, context)).toMatchObject({ namespace: 'eu' });
    expect(inputOf([pod, stage], { EKS_MESH_SYNC_CLUSTER: 'east' }, context)).toMatchObject({
      cluster: 'east',
    });
    expect(
      inputOf([pod, stage, '--cluster', 'north'], { EKS_MESH_SYNC_CLUSTER: 'east' }, context),
    ).toMatchObject({
      cluster: 'north',
    });
    // The playground has one cluster, whatever kubectl's context is.
    expect(inputOf([pod], {}, context)).toEqual({ namespace: 'shop', pod: 'front-1' });
  });
});

describe('the place that npm run explain asks', () => {
  const deployment = { kind: 'deployment', stage: 'dev', region: undefined, profile: undefined };
  const local = { kind: 'playground', url: 'http://127.0.0.1:4566', isAssumed: true };
  const named = { ...local, isAssumed: false };
  it.each<[string, object, object]>([
    ['', {}, local],
    ['', { AWS_REGION: 'eu-west-1' }, local],
    ['', { EKS_MESH_SYNC_ENDPOINT: 'http://127.0.0.1:4000/' }, { ...named, url: 'http://127.0.0.1:4000' }],
    ['', { EKS_MESH_SYNC_STAGE: 'dev' }, deployment],
    ['', { EKS_MESH_SYNC_STAGE: 'dev', EKS_MESH_SYNC_ENDPOINT: 'http://a' }, deployment],
    ['--playground', { EKS_MESH_SYNC_STAGE: 'dev' }, named],
    ['--playground --json', {}, named],
    ['--playground http://127.0.0.1:4000', {}, { ...named, url: 'http://127.0.0.1:4000' }],
    ['--playground=http://127.0.0.1:4000', {}, { ...named, url: 'http://127.0.0.1:4000' }],
    ['--stage dev', {}, deployment],
    ['--stage dev --region eu-west-1', { AWS_REGION: 'eu-west-2' }, { ...deployment, region: 'eu-west-1' }],
    ['--stage dev', { AWS_REGION: 'eu-west-2' }, { ...deployment, region: 'eu-west-2' }],
    ['--stage dev', { AWS_DEFAULT_REGION: 'eu-west-3' }, { ...deployment, region: 'eu-west-3' }],
    ['--stage dev --profile me', {}, { ...deployment, profile: 'me' }],
  ])('%j in the environment %j: %j', (text, env, place) => {
    expect(placeOf(text, env)).toEqual(place);
  });

  it('the Region of kubectl is the last choice', () => {
    expect(placeOf('--stage dev', {}, { region: 'eu-west-1' })).toMatchObject({ region: 'eu-west-1' });
    expect(placeOf('--stage dev', { AWS_REGION: 'a' }, { region: 'b' })).toMatchObject({ region: 'a' });
    expect(placeOf('--stage dev', { AWS_DEFAULT_REGION: 'a' }, { region: 'b' })).toMatchObject({
      region: 'a',
    });
  });

  it.each([
    ['--playground --stage dev', '--stage cannot be combined with --playground'],
    ['--playground --region eu-west-1', '--region cannot be combined with --playground'],
    ['--region eu-west-1', '--region has no effect without --stage'],
    ['--profile me', '--profile has no effect without --stage'],
    ['--stage a_b', 'the stage is "a_b"; expected letters, digits and hyphens'],
    ['--playground=here', 'the URL of the playground is "here"'],
  ])('%j is a mistake that is named', (text, message) => {
    expect(() => placeOf(text)).toThrow(message);
  });
});
