/** A Table of the API server: what `kubectl get` prints. */
interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object: { readonly metadata: { readonly namespace?: string } };
  }[];
}

/** The output of `kubectl get RESOURCE,… -A` for resources such as `sidecars.networking.istio.io` and `configmaps`. */
export async function kubectlGet(server: string, resources: readonly string[]): Promise<string> {
  const tables = await Promise.all(resources.map((resource) => tableOf(server, resource)));
  return tables.filter((text) => text !== '').join('\n');
}

interface Discovered {
  readonly resources: readonly { readonly name: string; readonly singularName: string }[];
}

async function tableOf(server: string, resource: string): Promise<string> {
  const [plural = '', ...rest] = resource.split('.');
  const group = rest.join('.');
  const version = group === '' ? `${server}/api/v1` : await preferredVersionOf(`${server}/apis`, group);
  const { resources } = await fetchJson<Discovered>(version);
  const singular = resources.find(({ name }) => name === plural)?.singularName ?? plural;
  const table = await fetchJson<Table>(
    `${version}/${plural}`,
    'application/json;as=Table;g=meta.k8s.io;v=v1',
  );
  return tableText(table, `${[singular, ...rest].join('.')}/`);
}

async function preferredVersionOf(apis: string, group: string): Promise<string> {
  const { preferredVersion } = await fetchJson<{ preferredVersion: { groupVersion: string } }>(
    `${apis}/${group}`,
  );
  return `${apis}/${preferredVersion.groupVersion}`;
}

/** Without rows, nothing. Columns of another priority than 0 are those of `-o wide`. */
function tableText({ columnDefinitions, rows }: Table, prefix: string): string {
  if (rows.length === 0) return '';
  const shown = columnDefinitions.flatMap(({ priority }, index) => (priority === 0 ? [index] : []));
  const lines = [
    ['NAMESPACE', ...shown.map((index) => columnDefinitions[index]?.name.toUpperCase() ?? '')],
    ...rows.map(({ cells, object }) => [
      object.metadata.namespace ?? '',
      ...shown.map((index) => `${index === 0 ? prefix : ''}${cells[index] ?? ''}`),
    ]),
  ];
  return lines.map((line) => lineText(line, lines)).join('');
}

/** kubectl separates columns by three spaces, and gives each at least six characters. */
function lineText(line: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = line.map((_, column) =>
    Math.max(6, ...lines.map((each) => (each[column] ?? '').length + 3)),
  );
  const padded = line.map((text, column) =>
    column < line.length - 1 ? text.padEnd(widths[column] ?? 0) : text,
  );
  return `${padded.join('')}\n`;
}

async function fetchJson<T>(url: string, accept = 'application/json'): Promise<T> {
  const response = await fetch(url, { headers: { accept } });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return (await response.json()) as T;
}
