import { describe, expect, it } from 'vitest';
import { failureText, functionErrorText, isInvalidInput } from '../../explain/failure-text.ts';

const deployment = { kind: 'deployment', stage: 'dev', region: 'eu-west-1' } as const;
const local = { kind: 'playground', url: 'http://127.0.0.1:4566', isAssumed: false } as const;
const failed = (name: string, message = '', code?: string) =>
  failureText({ name, message, code }, deployment, 'eks-mesh-sync-dev-explain');

describe('why a function could not be called', () => {
  it.each([
    ['CredentialsProviderError', undefined, 'No AWS credentials found'],
    ['ExpiredTokenException', undefined, 'Renew them (aws sso login)'],
    ['UnrecognizedClientException', undefined, 'AWS does not accept the credentials'],
    ['AccessDeniedException', undefined, 'Allow lambda:InvokeFunction on eks-mesh-sync-dev-explain'],
    ['Error', 'ENOTFOUND', 'The host of Lambda in Region "eu-west-1" was not found. Check --region'],
    ['Error', 'ECONNREFUSED', 'Lambda in Region eu-west-1 cannot be reached'],
    ['ServiceException', undefined, 'could not be called: ServiceException'],
  ])('is said of %s %s', (name, code, text) => {
    expect(failed(name, 'as AWS says', code)).toContain(text);
  });

  it('is the stage or the Region if the function is not there', () => {
    expect(failed('ResourceNotFoundException')).toBe(
      `Function eks-mesh-sync-dev-explain not found in Region eu-west-1 of this account. Check --stage dev and --region eu-west-1; the deployed stages are in: aws lambda list-functions --region eu-west-1 --query 'Functions[?starts_with(FunctionName, '\\''eks-mesh-sync-'\\'')].FunctionName' --output text`,
    );
  });

  it('is that no playground runs, with how to ask a deployment if nobody named one', () => {
    const error = { name: 'Error', message: '', code: 'ECONNREFUSED' };
    expect(failureText(error, local, 'explain')).toBe(
      'No playground answers at http://127.0.0.1:4566 (ECONNREFUSED). Start it with npm start, or name the URL of a running one with --playground URL.',
    );
    expect(failureText(error, { ...local, isAssumed: true }, 'explain')).toContain(
      '--stage STAGE --region REGION',
    );
  });

  it('is that something else answers at the URL of the playground', () => {
    const error = { name: 'SyntaxError', message: 'Unexpected token' };
    expect(failureText(error, local, 'explain')).toContain('is not the AWS of npm start');
  });
});

describe('why a function ended with an error', () => {
  const invalid = { errorType: 'PermanentError', errorMessage: 'the request is not valid:\nhost: expected' };
  it('is what it says of its input', () => {
    expect(isInvalidInput(invalid)).toBe(true);
    expect(functionErrorText(invalid, deployment, 'f')).toBe('the request is not valid:\nhost: expected');
    const unknown = { errorType: 'PermanentError', errorMessage: 'cluster "x" is not in clusters.yml' };
    expect(isInvalidInput(unknown)).toBe(false);
    expect(functionErrorText(unknown, deployment, 'f')).toBe('cluster "x" is not in clusters.yml');
  });

  it('is a fault of the function, with the command that shows its log', () => {
    const error = { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 60.00 seconds' };
    expect(functionErrorText(error, deployment, 'eks-mesh-sync-dev-explain')).toBe(
      "Function eks-mesh-sync-dev-explain ended with an error: Task timed out after 60.00 seconds. Its log: aws logs filter-log-events --region eu-west-1 --log-group-name /aws/lambda/eks-mesh-sync-dev-explain --filter-pattern ERROR --query 'events[-5:].message' --output text",
    );
    expect(functionErrorText({}, local, 'explain')).toContain('Function explain ended with an error: {}');
  });
});
