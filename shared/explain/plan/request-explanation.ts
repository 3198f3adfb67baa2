import { desiredMesh } from '../../mesh/plan/desired.ts';
import { differenceText } from '../../mesh/plan/differences.ts';
import type { Directory } from '../../mesh/plan/directory.ts';
import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import { evaluate } from '../../mesh/routing/evaluate/evaluate.ts';
import type { Evaluation, OutcomeKind } from '../../mesh/routing/evaluate/evaluation.ts';
import type { MeshRequest } from '../../mesh/routing/evaluate/request.ts';
import { kubectlCommand } from '../../model/commands/commands.ts';
import type { Place } from '../../model/commands/place.ts';
import { meshResourceName } from '../../model/kubernetes.ts';
import { distinctPermissions, type MissingPermission } from '../../model/permission.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import { readFailureCause } from './common/read-failures.ts';
import type { Cause, ReadFailure } from './explained.ts';

export interface RequestFacts {
  /** For the commands that are printed. */
  readonly place: Place;
  readonly cluster: string;
  readonly request: MeshRequest;
  /** All live objects of the cluster. Absent: could not be read. */
  readonly directory?: Directory | undefined;
  readonly rules: readonly TargetRules[];
  readonly readFailures: readonly ReadFailure[];
}

/** What a mesh target makes of the objects that take part. */
export interface RequestTarget {
  /** As in clusters.yml. */
  readonly name: string;
  /** In texts: `App Mesh`. */
  readonly target: string;
  /** By object, why it is not applied as it is, so that its last valid state decides. */
  readonly problems: readonly string[];
  /** By object, what the target does in another way. */
  readonly differences: readonly string[];
}

export interface RequestExplanation {
  readonly subject: 'request';
  readonly cluster: string;
  readonly request: MeshRequest;
  readonly evaluation?: Evaluation | undefined;
  readonly targets: readonly RequestTarget[];
  readonly readFailures: readonly ReadFailure[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** Where a request goes by the manifests, and whether the mesh targets can do what they say. */
export function explainRequest({
  place,
  cluster,
  request,
  directory,
  rules,
  readFailures,
}: RequestFacts): RequestExplanation {
  const evaluation = directory && evaluate(directory, request);
  const targets = directory && evaluation ? rules.map((each) => targetOf(directory, each, evaluation)) : [];
  const missingPermissions = distinctPermissions(readFailures);
  const found = { cluster, request, targets, readFailures, missingPermissions };
  const cause = readFailureCause(found) ?? causeOf(evaluation, targets, place);
  return { subject: 'request', ...found, ...(evaluation && { evaluation }), cause };
}

function targetOf(directory: Directory, rules: TargetRules, { objects }: Evaluation): RequestTarget {
  const names = new Set(objects.map(objectNameText));
  const plans = desiredMesh(directory, rules, () => undefined).objects.filter(({ entry }) =>
    names.has(objectNameText(entry.id)),
  );
  const ofEach = (texts: (plan: (typeof plans)[number]) => readonly string[]) =>
    plans.flatMap((plan) => texts(plan).map((text) => `${objectNameText(plan.entry.id)}: ${text}`));
  return {
    ...{ name: rules.name, target: rules.title },
    problems: ofEach(({ problems }) => problems.map(({ message }) => message)),
    differences: ofEach(({ entry, differences }) =>
      differences
        .filter(({ effect }) => effect === 'differs')
        .map((difference) => differenceText(difference, entry.id)),
    ),
  };
}

function causeOf(evaluation: Evaluation | undefined, targets: readonly RequestTarget[], place: Place): Cause {
  if (evaluation === undefined) throw new Error('what is not read is a read failure');
  const { outcome, reason } = evaluation;
  const refusing = targets.filter(({ problems }) => problems.length > 0);
  const advice = [
    ...(refusing.length === 0
      ? []
      : [
          `Correct what ${refusing.map(({ target }) => target).join(' and ')} cannot apply (above); until then the last valid state of these objects decides`,
        ]),
    ...(outcome === 'SourceNotFound' ? [`Check the name (${sourcesCommand(place)})`] : []),
    ...(advices[outcome] === undefined ? [] : [advices[outcome]]),
  ];
  const broken = evaluation.targets.find(({ weight, problem }) => weight > 0 && problem !== undefined);
  if (outcome === 'Routed' && broken !== undefined)
    return {
      kind: 'TargetNotUsable',
      reason: `${reason}, but its target ${broken.node} ${broken.problem}`,
      advice: `Correct the target of the route, or apply ${broken.node}`,
    };
  return { kind: outcome, reason, advice: advice.join('. ') || 'Nothing' };
}

function sourcesCommand(place: Place): string {
  const kinds = (['VirtualNode', 'VirtualGateway'] as const).map(meshResourceName);
  return kubectlCommand(place, ['get', kinds.join(','), '-A']);
}

const advices: Readonly<Record<OutcomeKind, string | undefined>> = {
  Routed: undefined,
  PassedThrough: undefined,
  SourceNotFound: undefined,
  SourceInvalid: 'Correct its spec',
  NotMember: 'Make the namespaceSelector of a Mesh and the labels of its namespace agree',
  NoFilterChain:
    'Call the virtual service on a port that its router or virtual node listens on, and list it in spec.backends of the sender; for what is not in the mesh, set spec.egressFilter.type of the Mesh to ALLOW_ALL',
  NoTcpRoute: 'Add a TCP route to the virtual router',
  NoListener: 'Call a port of the gateway, or add the listener',
  NoVirtualHost:
    'List the virtual service in spec.backends of the sender, and call it by its name (spec.awsName) on a port that it listens on',
  NoRoute: 'Change the request, or add a route that takes it; one with the prefix / takes what no other does',
  NoProvider: 'Set spec.provider of the virtual service',
  NotKnown: 'Correct the object that is missing, invalid or ambiguous',
  NotEvaluated:
    'Send the request to a proxy, or write the regular expression with the syntax that RE2 and JavaScript share',
};
