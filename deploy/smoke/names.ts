/** The names of everything that a run makes, so that a later run recognizes what an earlier one left. */
export const prefix = 'eks-mesh-sync-smoke';

/** The Kubernetes namespace of the test pods. No cluster needs to have it. */
export const kubernetesNamespace = 'eks-mesh-sync-smoke';

/** The tag of a test namespace of Cloud Map; its value is the cluster in whose name the test pod was sent. */
export const clusterTag = 'eks-mesh-sync/smoke-cluster';

/** The attribute that marks an instance which a run registered itself. */
export const runAttribute = 'eks-mesh-sync-smoke-run';

/** Another run may work on what is younger. */
export const leftoverAfterMs = 30 * 60_000;

export interface RunNames {
  readonly id: string;
  readonly namespace: string;
  readonly service: string;
  readonly factsService: string;
  readonly pod: string;
  readonly queue: string;
  readonly rule: string;
}

/** A run's id is its start in base 36, and four characters by chance. */
export function newRunId(nowMs: number, random: () => number): string {
  const chance = Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${nowMs.toString(36)}${chance}`;
}

export function namesOf(stage: string, id: string): RunNames {
  const base = `${prefix}-${stage}-${id}`;
  return {
    id,
    namespace: base,
    service: `${prefix}-${id}`,
    factsService: `${prefix}-facts-${id}`,
    pod: `smoke-${id}`,
    queue: `${base}.fifo`,
    rule: `${prefix}-${id}`,
  };
}

const idForm = /^[0-9a-z]{8}[0-9a-z]{4}$/;

/** The run that made a namespace or a queue of this stage; undefined if its name is not of that form. */
export function runOf(stage: string, name: string): string | undefined {
  const base = `${prefix}-${stage}-`;
  return name.startsWith(base) ? validId(name.slice(base.length).replace(/\.fifo$/, '')) : undefined;
}

/** The run that made a rule of the stage's bus, or a service of a test namespace. */
export function runOfPart(name: string): string | undefined {
  const base = name.startsWith(`${prefix}-facts-`) ? `${prefix}-facts-` : `${prefix}-`;
  return name.startsWith(base) ? validId(name.slice(base.length)) : undefined;
}

function validId(id: string): string | undefined {
  return idForm.test(id) ? id : undefined;
}

export function startedAtMs(id: string): number {
  return Number.parseInt(id.slice(0, 8), 36);
}
