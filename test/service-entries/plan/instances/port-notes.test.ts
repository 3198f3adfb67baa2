import { describe, expect, it } from 'vitest';
import { portNotes } from '../../../../shared/service-entries/plan/instances/port-notes.ts';
import type { LogicalPort } from '../../../../shared/service-entries/plan/instances/service-ports.ts';

const port = (instance: string, changes: Partial<LogicalPort> = {}): LogicalPort => ({
  ...{ instance, name: 'http', number: 8080 },
  ...changes,
});
const http = { name: 'http', number: 80, protocol: 'HTTP' } as const;

describe('the notes about ports', () => {
  it('are none while the instances agree or say nothing', () => {
    const all = [port('a'), port('b', { serviceNumber: 80, protocol: 'HTTP' })];
    expect(portNotes(all, { ports: [http], skipped: [] })).toEqual([]);
  });

  it('name the instances that want another number or protocol', () => {
    const all = [
      port('c', { serviceNumber: 81 }),
      port('b', { protocol: 'TCP' }),
      port('a', { serviceNumber: 80 }),
      port('d', { name: 'other', serviceNumber: 81 }),
    ];
    const message =
      '2 of 3 instances want another number or protocol of port http than 80/HTTP, which stays: b, c. Register the same for all instances';
    expect(portNotes(all, { ports: [http], skipped: [] })).toEqual([{ kind: 'PortsDiffer', message }]);
  });

  it('name the instances of a port that is left out, five of them and each once', () => {
    const all = ['f', 'b', 'a', 'e', 'd', 'c', 'a'].map((id) => port(id));
    const prefix =
      'Port http is left out, because another port of the service has its number; it is that of ';
    const messageOf = (ports: readonly LogicalPort[]) =>
      portNotes([...ports, port('x', { name: 'other' })], { ports: [], skipped: ['http'] });
    expect(messageOf(all)).toEqual([{ kind: 'PortSkipped', message: `${prefix}a, b, c, d, e and 1 other` }]);
    expect(messageOf(all.slice(1))).toEqual([{ kind: 'PortSkipped', message: `${prefix}a, b, c, d, e` }]);
  });
});
