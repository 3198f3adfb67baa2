import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../deploy/smoke/options.ts';

describe('options of the smoke test', () => {
  it('the stage must be there, and the Region is that of a deployment', () => {
    expect(() => readOptions(['--region', 'eu-west-1'], {})).toThrow(
      '--stage is missing; expected the deployed stage',
    );
    expect(readOptions(['--stage', 'production'], {})?.region).toBe('us-west-2');
    expect(readOptions(['--stage', 'production'], { AWS_REGION: 'eu-west-1' })?.region).toBe('eu-west-1');
  });

  it('an unknown option is an error that names it', () => {
    expect(() => readOptions(['--stages', 'production'], {})).toThrow("Unknown option '--stages'");
  });

  it('Region and endpoint come from the environment, and options win', () => {
    const env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    expect(readOptions(['--stage', 'production'], env)).toMatchObject({
      ...{
        region: 'eu-west-1',
        endpoint: 'http://127.0.0.1:4566',
        clustersFile: 'clusters.yml',
        task: 'run',
      },
    });
    expect(
      readOptions(['--stage', 's', '--region', 'us-east-1', '--endpoint-url', 'http://x', '--clean'], env),
    ).toMatchObject({
      ...{ region: 'us-east-1', endpoint: 'http://x', task: 'clean' },
    });
  });

  it('--help needs nothing else', () => {
    expect(readOptions(['--help'], {})).toBeUndefined();
  });
});
