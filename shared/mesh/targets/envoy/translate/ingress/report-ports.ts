import type { Report } from '../../../../plan/report.ts';
import { proxyPorts } from '../layout.ts';

interface Listening {
  readonly portMapping: { readonly port: number };
}

const taken: ReadonlySet<number> = new Set(Object.values(proxyPorts));

/** Ports of listeners that Envoy uses itself, or that an earlier listener has. */
export function reportPorts(listeners: readonly Listening[], report: Report): void {
  for (const [index, { portMapping }] of listeners.entries()) {
    const at = `spec.listeners[${index}].portMapping.port`;
    const first = listeners.findIndex((each) => each.portMapping.port === portMapping.port);
    if (taken.has(portMapping.port)) report.refuse(at, 'Envoy itself uses this port', 'another port');
    else if (first < index) report.refuse(at, `is also that of spec.listeners[${first}]`, 'another port');
  }
}
