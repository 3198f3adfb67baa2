import type { Datum } from './metric-store.ts';

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/**
 * The values in a log line of the embedded metric format, which CloudWatch Logs makes metrics of; none in other lines. A set of
 * dimensions that names an absent member counts as none.
 */
export function embeddedMetrics(line: string): readonly Datum[] {
  const root = line.includes('"CloudWatchMetrics"') ? parse(line) : undefined;
  const about = root?._aws as
    | { readonly Timestamp?: number; readonly CloudWatchMetrics?: readonly Directive[] }
    | undefined;
  if (root === undefined || !Array.isArray(about?.CloudWatchMetrics)) return [];
  const atMs = about.Timestamp ?? Number.NaN;
  if (!Number.isFinite(atMs)) return [];
  return about.CloudWatchMetrics.flatMap((directive: Directive) => valuesOf(root, directive, atMs));
}

function valuesOf(
  root: Readonly<Record<string, unknown>>,
  { Namespace, Dimensions, Metrics }: Directive,
  atMs: number,
): readonly Datum[] {
  return Metrics.flatMap(({ Name: MetricName }) =>
    numbersIn(root[MetricName]).flatMap((value) =>
      Dimensions.flatMap((names) => {
        const found = names.map((Name) => ({ Name, Value: root[Name] }));
        if (!found.every(isText)) return [];
        return { metric: { Namespace, MetricName, Dimensions: found }, value, atMs };
      }),
    ),
  );
}

function isText(dimension: {
  readonly Name: string;
  readonly Value: unknown;
}): dimension is { readonly Name: string; readonly Value: string } {
  return typeof dimension.Value === 'string';
}

/** A metric has one value, or several that were added in one invocation. */
function numbersIn(value: unknown): readonly number[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'number');
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
