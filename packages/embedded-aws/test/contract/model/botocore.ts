import { spawnSync } from 'node:child_process';

/** A shape of botocore's service model. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Reference>>;
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** Exactly one member is set. */
  readonly union?: boolean;
  /** The member that is the whole body. */
  readonly payload?: string;
}

interface Reference {
  readonly shape: string;
  /** Where in an HTTP request the member stands, when not in its body. */
  readonly location?: string;
}

export interface Model {
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input: Reference;
        readonly output?: Reference;
        readonly errors: readonly Reference[];
        readonly http: { readonly method: string; readonly requestUri: string };
      }
    >
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The rules were taken from the model that this version brings; earlier ones know less. */
const oldest = [1, 43];

const program = `
import json, sys, botocore, botocore.loaders
model = botocore.loaders.Loader().load_service_model(sys.argv[1], 'service-2')
print(json.dumps({'version': botocore.__version__, 'model': model}))
`;

/** AWS's own description of a service, as botocore brings it; the reason where there is none on this machine. */
export function loadModel(service: string): Model | string {
  const options = { encoding: 'utf8', maxBuffer: 32 * 1024 * 1024 } as const;
  const { error, status, stdout, stderr } = spawnSync('python3', ['-c', program, service], options);
  if (error !== undefined) return `python3 does not start: ${error.message}`;
  if (status !== 0) return `botocore is missing: ${stderr.trim().split('\n').at(-1)}`;
  const { version, model } = JSON.parse(stdout) as { version: string; model: Model };
  return isRecent(version) ? model : `botocore ${version} is older than ${oldest.join('.')}`;
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

export function shapeOf({ shapes }: Model, name: string): Shape {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}
