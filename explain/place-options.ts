import { defaultPlaygroundUrl } from '../shared/model/commands/place.ts';
import { UsageError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of every command that calls a function, for parseArgs. */
export const placeOptions = {
  stage: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  playground: { type: 'string' },
} as const;

export const placeHelp = `  --stage STAGE        Ask the deployment of this stage, with the credentials of the AWS SDK's default chain (default: the
                       variable EKS_MESH_SYNC_STAGE).
  --region REGION      Its Region (default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile).
  --profile PROFILE    The profile in ~/.aws (default: AWS_PROFILE).
  --playground [URL]   Ask npm start on this machine, by the URL of its embedded AWS (default: the variable
                       EKS_MESH_SYNC_ENDPOINT, or ${defaultPlaygroundUrl}). This is the default without a stage.
`;

/** The deployment or playground that the options and the environment name. */
export type PlaceChoice =
  | {
      readonly kind: 'deployment';
      readonly stage: string;
      /** Undefined: that of the profile. */
      readonly region: string | undefined;
      readonly profile: string | undefined;
    }
  | {
      readonly kind: 'playground';
      readonly url: string;
      /** Whether nobody named it. */
      readonly isAssumed: boolean;
    };

interface PlaceValues {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly playground?: string | undefined;
}

/** parseArgs has no option with an optional value: `--playground` without a URL becomes `--playground=`. */
export function withOptionalUrl(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, index) => {
    if (arg === '--playground') return isUrl(args[index + 1]) ? [arg] : ['--playground='];
    return [arg];
  });
}

function isUrl(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//.test(text);
}

/** Options win over the environment. Throws a UsageError that names the option. */
export function choosePlace(
  values: PlaceValues,
  env: Environment,
  defaultRegion?: string | undefined,
): PlaceChoice {
  const { stage, region, profile, playground } = values;
  if (playground !== undefined) return chosenPlayground(playground, { stage, region, profile }, env);
  const chosen = stage ?? (env.EKS_MESH_SYNC_STAGE || undefined);
  if (chosen !== undefined)
    return {
      kind: 'deployment',
      stage: checkedStage(chosen),
      region: region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultRegion),
      profile,
    };
  if (region !== undefined || profile !== undefined)
    throw new UsageError(
      `--${region === undefined ? 'profile' : 'region'} has no effect without --stage (or EKS_MESH_SYNC_STAGE)`,
    );
  const named = env.EKS_MESH_SYNC_ENDPOINT;
  return { kind: 'playground', url: playgroundUrl(named), isAssumed: !named };
}

function chosenPlayground(
  url: string,
  ofDeployment: Readonly<Record<string, string | undefined>>,
  env: Environment,
): PlaceChoice {
  const other = Object.entries(ofDeployment).find(([, value]) => value !== undefined);
  if (other !== undefined) throw new UsageError(`--${other[0]} cannot be combined with --playground`);
  return { kind: 'playground', url: playgroundUrl(url || env.EKS_MESH_SYNC_ENDPOINT), isAssumed: false };
}

function playgroundUrl(text: string | undefined): string {
  if (!text) return defaultPlaygroundUrl;
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new UsageError(
    `the URL of the playground is ${JSON.stringify(text)}; expected one such as ${defaultPlaygroundUrl}`,
  );
}

/** As CloudFormation allows in the name of a stack. */
function checkedStage(stage: string): string {
  if (/^[A-Za-z0-9-]{1,40}$/.test(stage)) return stage;
  throw new UsageError(`the stage is ${JSON.stringify(stage)}; expected letters, digits and hyphens`);
}
