import { shellWords } from '../shared/model/commands/shell-words.ts';

/** An error of the SDK or of Node, as far as it is read. */
interface CallError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** Where a call went. */
export type Target = PlaygroundTarget | DeploymentTarget;

interface PlaygroundTarget {
  readonly kind: 'playground';
  readonly url: string;
  /** Whether nobody named it. */
  readonly isAssumed: boolean;
}

interface DeploymentTarget {
  readonly kind: 'deployment';
  readonly stage: string;
  readonly region: string;
}

/** Why a function could not be called, and what to do. */
export function failureText(error: CallError, target: Target, functionName: string): string {
  return target.kind === 'playground'
    ? playgroundFailure(error, target)
    : deploymentFailure(error, target, functionName);
}

const unreached = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT', 'TimeoutError', 'EAI_AGAIN'];

function playgroundFailure({ name, message, code }: CallError, { url, isAssumed }: PlaygroundTarget): string {
  if (!unreached.includes(code ?? name))
    return `What answers at ${url} is not the AWS of npm start, or one of another version (${name}: ${message}). Name its URL with --playground URL: npm start prints it as "embedded AWS at …".`;
  const fault = `No playground answers at ${url} (${code ?? name}).`;
  const start = 'Start it with npm start, or name the URL of a running one with --playground URL';
  return isAssumed
    ? `${fault} ${start}. To ask a deployment, name it: --stage STAGE --region REGION.`
    : `${fault} ${start}.`;
}

const noCredentials = ['CredentialsProviderError', 'TokenProviderError'];
const badCredentials = [
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'ExpiredToken',
];

function deploymentFailure(
  error: CallError,
  { stage, region }: DeploymentTarget,
  functionName: string,
): string {
  const { name, message, code } = error;
  if (noCredentials.includes(name))
    return `No AWS credentials found (${message}). Set AWS_PROFILE or name one with --profile, sign in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  if (badCredentials.includes(name))
    return `AWS does not accept the credentials (${name}: ${message}). Renew them (aws sso login), or choose others with --profile.`;
  if (name === 'ResourceNotFoundException')
    return `Function ${functionName} not found in Region ${region} of this account. Check --stage ${stage} and --region ${region}; the deployed stages are in: ${functionsCommand(region)}`;
  if (name === 'AccessDeniedException')
    return `AWS denied the call: ${message} Allow lambda:InvokeFunction on ${functionName} to this identity, or choose another with --profile.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host of Lambda in Region ${JSON.stringify(region)} was not found. Check --region, and the network.`;
  if (unreached.includes(code ?? name))
    return `Lambda in Region ${region} cannot be reached (${code ?? name}: ${message}). Check the network, and AWS_ENDPOINT_URL if it is set.`;
  return `Function ${functionName} in Region ${region} could not be called: ${name}: ${message}`;
}

/** Works with versions 1 and 2 of the aws command. */
function functionsCommand(region: string): string {
  const query = "Functions[?starts_with(FunctionName, 'eks-mesh-sync-')].FunctionName";
  return shellWords([
    'aws',
    'lambda',
    'list-functions',
    '--region',
    region,
    '--query',
    query,
    '--output',
    'text',
  ]);
}

/** The error object that Lambda returns for a function that failed. */
interface FunctionError {
  readonly errorType?: unknown;
  readonly errorMessage?: unknown;
}

const invalid = 'the request is not valid:';

/** Whether the function refused its input. */
export function isInvalidInput({ errorMessage }: FunctionError): boolean {
  return typeof errorMessage === 'string' && errorMessage.startsWith(invalid);
}

/** Why a function ended with an error, and what to do. */
export function functionErrorText(error: FunctionError, target: Target, functionName: string): string {
  const { errorType, errorMessage } = error;
  const text = typeof errorMessage === 'string' ? errorMessage : JSON.stringify(error);
  if (isInvalidInput(error)) return text;
  if (errorType === 'PermanentError') return text;
  const log =
    target.kind === 'playground'
      ? 'The log of the functions is the file that npm start names when it ends with an error'
      : `Its log: ${logCommand(target, functionName)}`;
  return `Function ${functionName} ended with an error: ${text}. ${log}`;
}

function logCommand({ region }: DeploymentTarget, functionName: string): string {
  const group = `/aws/lambda/${functionName}`;
  return shellWords([
    'aws',
    'logs',
    'filter-log-events',
    '--region',
    region,
    '--log-group-name',
    group,
    '--filter-pattern',
    'ERROR',
    '--query',
    'events[-5:].message',
    '--output',
    'text',
  ]);
}
