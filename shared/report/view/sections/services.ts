import type { InstanceRow, Report, ServiceRow } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { badge, command, domId, leftOut, name, number, table } from '../parts.ts';

export function servicesSection({ services }: Report): Html {
  if (services.total === 0) return html`<p class="empty">No pod asks for a service of Cloud Map yet.</p>`;
  return html`${leftOut(services, 'services', 'A report of one cluster or namespace has the others.')}
<div class="list">${services.rows.map(service)}</div>`;
}

function service(row: ServiceRow): Html {
  const { namespaceName, serviceName, level, counts, healthCheck, notes, clusters } = row;
  const { healthy, unhealthy, foreign } = counts;
  const instances = `${number(healthy + unhealthy)} ${healthy + unhealthy === 1 ? 'instance' : 'instances'}`;
  const health = !healthCheck || unhealthy === 0 ? '' : `, ${number(unhealthy)} unhealthy`;
  const id = domId('service', row.id);
  return html`<details class="item" id="${id}" data-row>
<summary>${badge(level)} <span class="title">${name(`${namespaceName}/${serviceName}`)}</span>
<span class="meta">${instances}${health}${foreign > 0 ? `, ${number(foreign)} not ours` : ''}</span></summary>
${notes.map((note) => html`<p class="note">${note}</p>`)}
<p class="meta">${row.kind ?? 'not created yet'}${healthCheck ? ', custom health check' : ', no health check'}; used by ${clusters.join(', ')}${row.serviceId ? html`; id ${name(row.serviceId)}` : ''}</p>
${instancesOf(row, id)}
<p>${command(row.command)}</p>
</details>\n`;
}

function instancesOf({ instances, namespaceName, serviceName }: ServiceRow, id: string): Html {
  if (instances.total === 0) return html`<p class="empty">No instance.</p>`;
  if (instances.rows.length === 0)
    return html`<p class="left-out">Its ${number(instances.total)} instances are left out here. The command below lists them.</p>`;
  return html`${leftOut(instances, 'instances', 'The command below lists all.')}${table({
    id: `${id}-instances`,
    caption: `Instances of ${namespaceName}/${serviceName}`,
    rows: instances.rows,
    idOf: ({ instanceId }) => instanceId,
    columns: [
      { title: 'Instance', cell: ({ instanceId }) => name(instanceId) },
      { title: 'State', cell: stateOf },
      {
        title: 'Pod',
        cell: ({ pod, cluster }) =>
          pod
            ? html`${name(pod)}${cluster ? html` <span class="meta">of ${name(cluster)}</span>` : ''}`
            : html`–`,
      },
      { title: 'Owner', cell: ownerOf },
      {
        title: 'Attributes',
        cell: (row) => attributesOf(row, `${id}-${domId('attributes', row.instanceId)}`),
      },
    ],
  })}`;
}

function stateOf({ state, health }: InstanceRow): Html {
  if (state !== 'registered') return badge('attention', state);
  if (health === undefined) return badge('ok', 'registered');
  return health === 'HEALTHY' ? badge('ok', 'HEALTHY') : badge('problem', health);
}

const owners = { ours: 'eks-mesh-sync', leftover: 'App Mesh controller', foreign: 'somebody else' } as const;

function ownerOf({ owner, ownerReason }: InstanceRow): Html {
  if (owner === 'ours') return html`${owners.ours}`;
  return html`${owners[owner]}: <bdi>${ownerReason}</bdi>`;
}

function attributesOf({ attributes }: InstanceRow, id: string): Html {
  if (attributes.length === 0) return html`–`;
  const rows = attributes.map(
    ([key, value]) => html`<div><dt><bdi>${key}</bdi></dt><dd><bdi>${value}</bdi></dd></div>`,
  );
  return html`<details id="${id}"><summary>${number(attributes.length)} attributes</summary><dl class="attributes">${rows}</dl></details>`;
}
