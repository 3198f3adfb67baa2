import type { Spec } from '../../../plan/resource.ts';
import type { Match } from '../translate/match.ts';
import { type Path, pathMatch, quoted } from '../translate/path.ts';
import { type Conflict, type Ordered, ordered, type Row } from '../translate/precedence.ts';
import { type Action, grpcRules, httpRules } from '../translate/rules.ts';
import type { GatewayClass } from './gateway-class.ts';
import { limits } from './limits.ts';
import type { Limit } from './report.ts';

export interface RouteRow extends Row<Action> {
  /** The route for people: `route "blue"`. */
  readonly label: string;
}

export function rowOf(match: Match, action: Action, object: string, label: string): RouteRow {
  const rewritesPrefix = action.path?.prefix !== undefined;
  return { match, action, actionText: JSON.stringify(action), object, rewritesPrefix, label };
}

export interface Table extends Ordered<RouteRow> {
  /** Whether `/` has to be a regular expression, since others are. */
  readonly asRegex: boolean;
}

/**
 * The rows so that the Gateway API chooses as App Mesh does. If matches of what two rows have in common are not enough and
 * nothing needs a `PathPrefix`, Istio's order by length decides: all paths become regular expressions, each longer than the
 * next by groups that match nothing.
 */
export function tableOf(rows: readonly RouteRow[], protocol: string, kind: GatewayClass['kind']): Table {
  const asRegex =
    protocol === 'grpc' ||
    rows.some(({ match }) => pathMatch(match.path, false).type === 'RegularExpression');
  const table = { ...ordered(rows, asRegex), asRegex };
  const isPlain = rows.every(
    ({ match, rewritesPrefix }) => !rewritesPrefix && match.path.kind !== 'segments',
  );
  if (table.conflicts.length === 0 || kind !== 'istio' || protocol === 'grpc' || !isPlain) return table;
  const longer = byLength(rows);
  return longer ? { rows: longer, conflicts: [], asRegex: true } : table;
}

const nothing = '(?:)';
const maxLength = 1024;

/** undefined if that would be too long. */
function byLength(rows: readonly RouteRow[]): readonly RouteRow[] | undefined {
  let length = 0;
  const longer = rows.toReversed().map((row) => {
    const regex = regexOf(row.match.path);
    const missing = Math.max(0, length + 1 - regex.length);
    const value = regex + nothing.repeat(Math.ceil(missing / nothing.length));
    length = value.length;
    return { ...row, match: { ...row.match, path: { kind: 'regex' as const, value } } };
  });
  return length > maxLength ? undefined : longer.toReversed();
}

function regexOf(path: Path): string {
  if (path.kind === 'regex') return path.value;
  return path.kind === 'exact' ? quoted(path.value) : `${quoted(path.value)}.*`;
}

/** The rules of a route in the namespace `from`; undefined if there are more than one object can have. */
export function rulesOf(
  rows: readonly RouteRow[],
  { asRegex }: Pick<Table, 'asRegex'>,
  protocol: string,
  from: string,
): readonly Spec[] | undefined {
  const rules = protocol === 'grpc' ? grpcRules(rows, from) : httpRules(rows, { from, asRegex });
  return rules.length > 16 || rows.length > 128 ? undefined : rules;
}

/** Names both routes. */
export function orderLimit({ first, second }: Conflict<RouteRow>): Limit {
  if (first === second) return limits.rules;
  const [message, instead] = limits.order;
  return [`App Mesh tries ${first.label} before ${second.label}; ${message}`, instead];
}
