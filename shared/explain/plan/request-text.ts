import type {
  ConsideredRoute,
  EvaluatedTarget,
  EvaluatedTimeout,
  Evaluation,
} from '../../mesh/routing/evaluate/evaluation.ts';
import { hostPortOf } from '../../mesh/routing/evaluate/request.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import type { RequestExplanation } from './request-explanation.ts';
import { section } from './text.ts';

/** The way of a request by sections, without the cause and the advice. */
export function requestText({
  cluster,
  request,
  evaluation,
  targets,
}: RequestExplanation): readonly string[] {
  const { method, host, port, path, from, headers } = request;
  const to = (hostPortOf(request) ?? port) !== port ? `port ${port}` : `${host.replace(/:\d+$/, '')}:${port}`;
  return [
    `${method} ${path} to ${to} ${from.kind === 'VirtualGateway' ? 'at' : 'from'} ${objectNameText(from)} of cluster ${cluster}`,
    ...Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value) => `  ${name}: ${value}`),
    ),
    ...(evaluation ? evaluationLines(evaluation) : []),
    ...targets.flatMap(({ target, problems, differences }) => [
      ...section(
        `Not applied in ${target}`,
        problems.map((problem) => `✗ ${problem}`),
      ),
      ...section(
        `Differences in ${target}`,
        differences.map((difference) => `- ${difference}`),
      ),
    ]),
  ];
}

function evaluationLines(evaluation: Evaluation): readonly string[] {
  const { gatewayRoutes, service, serviceName, provider, routes, targets } = evaluation;
  const by = provider ? `, provider ${objectNameText(provider)}` : '';
  return [
    ...section('Gateway routes, in their order', gatewayRoutes.map(routeLine)),
    ...section('Virtual service', service ? [`${objectNameText(service)}, named ${serviceName}${by}`] : []),
    ...section('Routes, in their order', routes.map(routeLine)),
    ...section('Targets', targets.map(targetLine)),
    ...section('On the way', wayLines(evaluation)),
  ];
}

function routeLine({ name, outcome, reason }: ConsideredRoute): string {
  const mark = marks[outcome];
  return reason === undefined ? `${mark} ${name}` : `${mark} ${name}: ${reason}`;
}

const marks = { taken: '✓', 'not matched': '✗', 'not reached': '-', 'not known': '?' };

function targetLine({ node, port, weight, share, problem }: EvaluatedTarget): string {
  const percent = `${Math.round(share * 1000) / 10} %`;
  const at = port === undefined ? '' : ` port ${port}`;
  return `${problem ? '✗' : '✓'} ${node}${at}: ${percent} (weight ${weight})${problem ? `; ${problem}` : ''}`;
}

function wayLines({ request, sent, timeouts, retries }: Evaluation): readonly string[] {
  if (sent === undefined) return [];
  const changes = [
    sent.path === request.path ? undefined : `path ${sent.path}`,
    sent.host === request.host ? undefined : `host ${sent.host}`,
  ].filter((each) => each !== undefined);
  const events = [...(retries?.conditions ?? []), ...(retries?.codes ?? [])].join(', ');
  const tries = retries && `${retries.attempts} retries on ${events}${orDefault(retries.isDefault)}`;
  const each = retries?.perTryMs === undefined ? '' : `, each try up to ${seconds(retries.perTryMs)}`;
  return [
    ...(changes.length > 0 ? [`arrives with ${changes.join(' and ')}`] : []),
    ...timeouts.map(timeoutLine),
    ...(tries ? [tries + each] : []),
  ];
}

function timeoutLine({ of, milliseconds, isDefault }: EvaluatedTimeout): string {
  return `timeout of ${of}: ${seconds(milliseconds)}${orDefault(isDefault)}`;
}

function orDefault(isDefault: boolean): string {
  return isDefault ? ' (default)' : '';
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? 'none' : `${milliseconds / 1000} s`;
}
